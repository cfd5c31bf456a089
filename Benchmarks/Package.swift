// swift-tools-version: 6.1
import PackageDescription

// Kept apart from the product's package, so that measuring costs the product no dependency.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "jiebang", path: "..")],
  targets: [
    .executableTarget(
      name: "PostgresBench",
      dependencies: [.product(name: "Postgres", package: "jiebang")],
      path: "PostgresBench",
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
