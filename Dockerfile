# The binary is built with the Swift standard library inside, so the image that runs needs no toolchain.
ARG SWIFT_VERSION=6.3
FROM swift:${SWIFT_VERSION}-bookworm AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends libpq-dev libssl-dev libcurl4-openssl-dev pkg-config \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies first: they change less often than the sources.
COPY Package.swift Package.resolved* ./
RUN swift package resolve
COPY . .
RUN swift build -c release --product jiebang --static-swift-stdlib \
  && install -D "$(swift build -c release --show-bin-path)/jiebang" /out/usr/bin/jiebang
RUN mkdir -p /out/usr/share/jiebang && cp -R Migrations Rulebook Lexicon Samples /out/usr/share/jiebang/

FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libcurl4 libpq5 libssl3 tzdata \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /var/lib/jiebang --create-home --shell /usr/sbin/nologin jiebang
COPY --from=build /out /
ENV JIEBANG_SHARE=/usr/share/jiebang LANG=C.UTF-8
USER 10001
WORKDIR /var/lib/jiebang
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["jiebang"]
CMD ["serve"]
