#!/usr/bin/env bash
# Tests/Fuzz/run.sh tokenizer|snapshot [SECONDS]: builds one target with libFuzzer and lets it run.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:?tokenizer or snapshot} seconds=${2:-120}
case $target in
  tokenizer) source=TokenizerFuzz ;;
  snapshot) source=SnapshotFuzz ;;
  *) echo "tokenizer or snapshot" >&2; exit 64 ;;
esac
room=${FUZZ_ROOM:-$(mktemp -d)}
mkdir -p "$room/found"
find Sources/MatchEngine/ -name '*.swift' -print0 | xargs -0 swiftc -O -swift-version 6 -parse-as-library \
  -sanitize=fuzzer -module-name Fuzz -o "$room/$target" "Tests/Fuzz/$source.swift"
# What is found goes to $room; move an input that crashed into the corpus once it is mended.
exec "$room/$target" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
  -artifact_prefix="$room/" "$room/found" "Tests/Fuzz/Corpus/$target"
