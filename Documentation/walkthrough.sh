#!/usr/bin/env bash
# From a real need to a counted contract, over HTTP, against the server that `make run` started.
# Run it in the checkout, in a second terminal: Documentation/walkthrough.sh      (BASE=… for another address)
set -euo pipefail
base=${BASE:-http://127.0.0.1:${PORT:-8080}}/api/v1
jiebang=${JIEBANG:-.build/release/jiebang}
tokens=${JIEBANG_HOME:-.jiebang}/demo-tokens.json

token() { [ "$1" = poster ] && echo "$poster" || sed -E 's/.*"'"$1"'":"([^"]*)".*/\1/' "$tokens"; }
get()   { curl -sS -H "Authorization: Bearer $(token "$1")" "$base$2"; }
post()  { curl -sS -H "Authorization: Bearer $(token "$1")" -H 'Content-Type: application/json' ${4:+-H "If-Match: $4"} -d "$3" "$base$2"; }
etag()  { curl -sSI -H "Authorization: Bearer $(token "$1")" "$base$2" | sed -nE 's/^etag: (.*)\r$/\1/Ip'; }
move()  { post "$1" "$2/transitions" "$3" "$(etag "$1" "$2")"; }
id()    { grep -oE "$1_[0-9A-Z]{26}" | head -n 1; }
show()  { grep -oE '"(status|code)":"[a-z_]+"' | head -n 1 | sed -E 's/^"[a-z]+":"(.*)"$/   → \1/'; }
step()  { printf '%s\n' "$1"; }

step "1. 一道真实的题目,以及最匹配的成果和理由"
challenge=$(curl -sS "$base/challenges?external_id=D0057&status=published" | id chl || true)
[ -n "$challenge" ] || { echo "the sample challenge is not open: it has been walked through before (make a fresh .jiebang)"; exit 3; }
best=$(curl -sS "$base/challenges/$challenge/matches?limit=1")
grep -oE '"title":"[^"]*"' <<<"$best" | head -n 1 | sed -E 's/"title":"(.*)"/   \1/'
grep -oE '"text":"[^"]*"' <<<"$best" | sed -E 's/"text":"(.*)"/   + \1/'

step "2. 大学密封揭榜;出题方、平台、监管方此时都看不到它"
bid=$(post university "/challenges/$challenge/bids" '{"price":{"amount":"800000.00","currency":"CNY"},"plan":"两年内建成无病毒苗木示范苗圃"}' | id bid)
get operator "/bids/$bid" | show

step "3. 出题方截止收件,揭榜书开启,评审,拟定,公示"
organisation=$(curl -sS "$base/challenges/$challenge" | id org)
poster=$($jiebang token create --organisation "$organisation" --role enterprise --label walkthrough 2>/dev/null)
move poster "/challenges/$challenge" '{"action":"close"}' | show
move operator "/challenges/$challenge" '{"action":"evaluate"}' | show
post reviewer "/bids/$bid/reviews" '{"score":88,"comment":"路线可行,指标可测"}' >/dev/null
move operator "/challenges/$challenge" '{"action":"propose","bids":["'"$bid"'"]}' | show

step "4. 公示期未满,不能授榜;演示时钟走十天后可以"
move supervisor "/challenges/$challenge" '{"action":"award"}' | show
$jiebang clock --advance 10 >/dev/null
move supervisor "/challenges/$challenge" '{"action":"award"}' | show

step "5. 成交:决策、定价、双方签字"
university=$(get university "/bids/$bid" | id org)
deal=$(post university /deals '{"kind":"development","title":"柑橘黄龙病绿色防控技术开发","seller":"'"$university"'","buyer":"'"$organisation"'",
  "challenge":"'"$challenge"'","total_amount":{"amount":"800000.00","currency":"CNY"}}' | id dea)
for body in '{"action":"negotiate"}' '{"action":"decide","decision_record":"校长办公会〔2026〕8 号"}' \
  '{"action":"route","pricing_route":"award"}' '{"action":"sign"}'; do move university "/deals/$deal" "$body" >/dev/null; done
move poster "/deals/$deal" '{"action":"countersign"}' | show

step "6. 技术合同认定登记前后的成交额"
$jiebang stats turnover | sed 's/^/   /'
contract=$(post university /contracts '{"deal":"'"$deal"'","project_name":"柑橘黄龙病绿色防控技术开发","contract_type":"TD","technology_field":"09",
  "total_amount":{"amount":"800000.00","currency":"CNY"},"technical_amount":{"amount":"650000.00","currency":"CNY"},
  "valid_from":"2026-12-01","valid_to":"2036-12-31"}' | id con)
for action in self_check file; do move university "/contracts/$contract" '{"action":"'$action'"}' >/dev/null; done
move registry "/contracts/$contract" '{"action":"accept"}' >/dev/null
move registry "/contracts/$contract" '{"action":"register","contract_no":"2026450300000001"}' | show
$jiebang stats turnover | sed 's/^/   /'
