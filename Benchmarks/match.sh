#!/usr/bin/env bash
# Quality and speed of the match engine; `make bench-match`. One JSON line a measurement, all in one run on one machine.
#   MATCH_DATA=FOLDER    judged collections: FOLDER/NAME/{docs,queries}.jsonl and qrels.tsv; left out when unset
#   MATCH_CORPUS=FOLDER  docs.tsv and queries.jsonl for the speed; made up when unset (DOCUMENTS of them)
#   PYTHON=python3       one that has tantivy, bm25s or pyterrier-pisa measures these too
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
jiebang=${JIEBANG:-$PWD/.build/release/jiebang}
[ -x "$jiebang" ] || swift build -c release --product jiebang
room=$(mktemp -d); trap 'rm -rf "$room"' EXIT
echo "machine: $(nproc) × $(sed -nE 's/^model name\s*: (.*)/\1/p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1-3 /proc/loadavg)"

for folder in ${MATCH_DATA:+"$MATCH_DATA"/*/}; do
  [ -f "$folder/queries.jsonl" ] || continue
  echo "== quality: $(basename "$folder")"
  "$jiebang" match eval --docs "$folder/docs.jsonl" --queries "$folder/queries.jsonl" --run "$room/run"
  [ -f "$folder/qrels.tsv" ] && "$python" Benchmarks/ndcg.py "$folder/qrels.tsv" "$room/run"
done

corpus=${MATCH_CORPUS:-}
if [ -z "$corpus" ]; then
  corpus=$room/corpus
  "$python" Benchmarks/match_corpus.py "$corpus" "${DOCUMENTS:-300000}"
fi
echo "== speed, words given: top ten by BM25"
"$jiebang" match speed --corpus "$corpus" --tokens given
for peer in tantivy:tantivy bm25s:bm25s pisa:pyterrier_pisa; do
  if "$python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('${peer#*:}') is None)"; then
    if "$python" Benchmarks/match_peers.py "${peer%:*}" "$corpus" >"$room/out" 2>&1; then
      grep '"engine"' "$room/out"
    else
      echo "${peer%:*}: failed"; tail -n 5 "$room/out"
    fi
  else
    echo "${peer%:*}: not installed"
  fi
done
echo "== speed, the whole way: raw text, ten matches with reasons"
"$jiebang" match speed --corpus "$corpus" --tokens own
echo "load afterwards: $(cut -d' ' -f1-3 /proc/loadavg)"
