#!/usr/bin/env bash
# What one publication costs among standing demands, 10 of them and 200,000; one JSON line each, CPU time on one thread.
#   MATCH_CORPUS=FOLDER  docs.tsv to index and to make the demands of; made up when unset (DOCUMENTS of them)
. "$(dirname "$0")/common.sh"
corpus=${MATCH_CORPUS:-}
[ -n "$corpus" ] || { corpus=$room/corpus; python3 Benchmarks/match_corpus.py "$corpus" "${DOCUMENTS:-300000}"; }
echo "load $(cut -d' ' -f1-3 /proc/loadavg)"
for standing in 10 200000; do "$jiebang" match standing --corpus "$corpus" --standing $standing; done
