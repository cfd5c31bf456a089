// swift-tools-version: 6.1
import PackageDescription

/// The language rules every target of ours is compiled under.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "jiebang",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "jiebang", targets: ["Jiebang"]),
    .library(name: "Postgres", targets: ["Postgres"]),
    .library(name: "MatchEngine", targets: ["MatchEngine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "Postgres", dependencies: ["CLibPQ"], swiftSettings: strict),
    .target(name: "MatchEngine", swiftSettings: strict),
    .target(
      name: "Market",
      dependencies: ["Postgres", "MatchEngine", "COpenSSL", "CCurl", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    .target(
      name: "Server",
      dependencies: [
        "Market",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Jiebang",
      dependencies: [
        "Server", "Market", "Postgres", "MatchEngine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: [
        "Market", "Server", "Postgres", "MatchEngine", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres"], swiftSettings: strict),
    .testTarget(name: "MatchEngineTests", dependencies: ["MatchEngine"], swiftSettings: strict),
    .testTarget(
      name: "MarketTests", dependencies: ["Market", "Postgres", "MatchEngine", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ServerTests", dependencies: ["Server", "Market", "Postgres", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "JiebangTests", dependencies: ["Jiebang", "Market", "Postgres", "TestSupport"], swiftSettings: strict),
  ]
)
