#!/usr/bin/env bash
# What an answer out of the database costs beside an answer out of memory: GET of one achievement by id against the same server's
# static bytes, 64 connections, in turn, seven rounds; the median of the pairs' ratios counts. Needs wrk.
. "$(dirname "$0")/common.sh"
command -v wrk >/dev/null || { echo "wrk is needed: apt-get install wrk"; exit 1; }
start demo
id=$(curl -fsS "$base/api/v1/achievements?page_size=1" | grep -oE 'ach_[0-9A-Z]{26}' | head -1)
rate() { wrk -t1 -c64 -d"${SECONDS_A_RUN:-3}"s "$1" | awk '/Requests\/sec/ {print $2} /Non-2xx/ {exit 1}'; }
rate "$base/healthz" >/dev/null; rate "$base/api/v1/achievements/$id" >/dev/null
: >"$room/pairs"
for _ in 1 2 3 4 5 6 7; do
  static=$(rate "$base/healthz"); get=$(rate "$base/api/v1/achievements/$id")
  echo "$get $static" >>"$room/pairs"
done
awk '{print $1}' "$room/pairs" | median | xargs printf 'GET by id, 64 connections   %s requests/s\n'
awk '{print $2}' "$room/pairs" | median | xargs printf 'static bytes                %s requests/s\n'
awk '{print $1 / $2}' "$room/pairs" | median | xargs printf 'ratio                       %s (must be at least 0.5)\n'
