#!/usr/bin/env python3
"""Sixty days of a challenge and what follows, over HTTP, against the server that `make run` started; everybody in it is invented.

Run it in the checkout, in a second terminal:  Documentation/sixty-days.py        (BASE=… for another address)
What it downloads at the end is left in the folder it names, for you to check again with other eyes.
"""
import datetime, json, os, random, subprocess, sys, tempfile, time, urllib.error, urllib.request

BASE = os.environ.get("BASE", "http://127.0.0.1:" + os.environ.get("PORT", "8080"))
JIEBANG = os.environ.get("JIEBANG", ".build/release/jiebang")
HOME = os.environ.get("JIEBANG_HOME", ".jiebang")
TOKENS = json.load(open(f"{HOME}/demo-tokens.json"))
RUN = "%x" % int(time.time())  # a second run is other people


def jiebang(*words):
    done = subprocess.run([JIEBANG, *words], capture_output=True, text=True)
    if done.returncode: sys.exit(f"jiebang {' '.join(words)}: {done.stderr}{done.stdout}")
    return done.stdout.strip()


def ask(method, path, who=None, body=None, expect=None, headers=None, may_wait=None):
    """One request; the answer's JSON. `expect` is the code of a refusal that is wanted, `may_wait` of one that will pass."""
    headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + who} if who else {}), **(headers or {})}
    request = urllib.request.Request(BASE + path, json.dumps(body).encode() if body is not None else None, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer: text, heads = answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        said = json.loads(refused.read())
        codes = [said["code"]] + [each["code"] for each in said.get("errors", [])]
        if expect in codes: return said
        if may_wait in codes: return "wait"
        sys.exit(f"{method} {path}: {refused.code} {json.dumps(said, ensure_ascii=False)}")
    if expect: sys.exit(f"{method} {path}: was to be refused with {expect}")
    said = json.loads(text)
    said["@"], said["shift"] = heads["etag"], int(heads["market-clock-shift"] or 0)
    return said


def get(path, who=None): return ask("GET", "/api/v1" + path, who)
def post(path, who, body, expect=None): return ask("POST", "/api/v1" + path, who, body, expect)


def move(path, action, who, expect=None, may_wait=None, **more):
    tag = get(path, who)["@"]
    moved = ask("POST", f"/api/v1{path}/transitions", who, {"action": action, **more}, expect, {"If-Match": tag}, may_wait)
    return moved if moved == "wait" else None


def until(path, state, who=None):
    for _ in range(600):
        here = get(path, who)
        if here["status"] == state: return here
        time.sleep(0.1)
    sys.exit(f"{path} is {here['status']}, not {state}")


def days(count):
    jiebang("clock", "--advance", str(count))
    if count > 100:  # tokens live for a year at most
        for each in Organisation.all: each.token = each.voice(each.role)


def today(ahead=0):
    """A day by the market's own clock, in China."""
    shift = datetime.timedelta(days=ahead, seconds=get("/challenges?page_size=1")["shift"])
    return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + shift).date().isoformat()
def yuan(amount): return {"amount": f"{amount}.00", "currency": "CNY"}
def say(text): print(text, flush=True)


def credit_code(kind):
    """An invented one with both check characters (GB 11714, GB 32100)."""
    letters, body = "0123456789ABCDEFGHJKLMNPQRTUWXY", f"{random.randrange(10**8):08d}"
    check = (11 - sum(w * int(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), body)) % 11) % 11
    code = ("91" if kind == "enterprise" else "12") + "450300" + body + ("X" if check == 10 else str(check))
    return code + letters[(31 - sum(pow(3, i, 31) * letters.index(c) for i, c in enumerate(code)) % 31) % 31]


class Organisation:
    all = []

    def __init__(self, name, kind, role):
        self.name, self.role = f"示例{name}{RUN[-4:]}", role
        self.id = jiebang("organisation", "create", self.name, "--kind", kind, "--region", "450300", "--uscc", credit_code(kind))
        jiebang("organisation", "verify", self.id, "--evidence", "示例证照")
        self.token = self.voice(role)
        Organisation.all.append(self)

    def voice(self, role):
        return jiebang("token", "create", "--organisation", self.id, "--role", role, "--label", "sixty-days").split()[-1]


class Reviewer:
    """A person with an account of their own, who signs in."""
    def __init__(self, name, organisation, kind):
        self.login, self.password = f"{RUN}-{name.encode().hex()}@example.invalid", "correct horse " + RUN
        secret = jiebang("user", "invite", self.login, "--organisation", organisation.id, "--role", "reviewer").split()[-1]
        person = post("/invitations/acceptances", None, {"secret": secret, "name": name, "password": self.password})["person"]
        self.sign_in()
        expert = post("/experts", operator.token, {"person": person, "organisation": organisation.id, "kind": kind, "fields": ["10"]})
        self.expert = f"/experts/{expert['id']}"
        move(self.expert, "confirm", self.token)

    def sign_in(self): self.token = post("/sessions", None, {"login": self.login, "password": self.password})["secret"]


class Office(Organisation):
    """Somebody of the platform's own, who is there already."""
    def __init__(self, role):
        self.id, self.role = get("/me", TOKENS[role])["organisation"], role
        self.token = self.voice(role)
        Organisation.all.append(self)


operator, supervisor, registry, finance = Office("operator"), Office("supervisor"), Office("registry"), Office("operator")

# --- the people ------------------------------------------------------------------------------------------------------
for each in get("/experts?fields=10&status=listed", operator.token)["items"]:  # whom an earlier run has left in the pool
    move(f"/experts/{each['id']}", "remove", operator.token, reason="上一次演示")
poster = Organisation("果业公司", "enterprise", "enterprise")
solvers = [
    Organisation("农业大学", "university", "university"), Organisation("植保研究所", "institute", "university"),
    Organisation("生物公司", "enterprise", "enterprise"), Organisation("理工大学", "university", "university"),
    Organisation("检测公司", "enterprise", "enterprise"),
]
member = Organisation("苗木公司", "enterprise", "enterprise")
employers = [(Organisation(f"评审单位{i}", "institute" if i % 2 else "enterprise", "reviewer"), "academia" if i % 2 else "industry")
             for i in range(1, 11)]
reviewers = [Reviewer(f"专家{i}", employer, kind) for i, (employer, kind) in enumerate(employers, 1)]
say(f"出题 1 家,揭榜 5 家(其中 1 个联合体),专家库新增 {len(reviewers)} 人;均为虚构")

# --- the challenge, and its first notice -----------------------------------------------------------------------------
first_day = today()
challenge = "/challenges/" + post("/challenges", poster.token, {
    "mode": "open_challenge", "title": f"柑橘黄龙病早期检测技术 {RUN[-4:]}", "summary": "田间十分钟检出,不依赖实验室",
    "field": "10", "keywords": ["柑橘黄龙病", "快速检测"], "indicators": ["检出率 >= 95 %", "单次成本 <= 20 元"],
    "region": "450300", "budget": yuan(2000000), "racers": 2, "origin": "constructed"})["id"]
for action, who in ("submit", poster.token), ("select", operator.token), ("choose", supervisor.token), ("open_notice", operator.token):
    move(challenge, action, who)
move(challenge, "publish", operator.token, expect="notice_running")
board_notice = get(challenge)["notice"]
days(12)
closes = until(challenge, "published")["closes_at"]
say(f"第 1 天发布榜单公示;公示期满自动发榜,揭榜至 {closes[:10]}")

# --- five sealed bids, one of them joint -----------------------------------------------------------------------------
consent = post(f"{challenge}/consortium-consents", member.token, {"lead": solvers[2].id, "cost_percent": 40})["consent"]
receipts = []
for i, solver in enumerate(solvers):
    bid = {"price": yuan(1500000 - 50000 * i), "plan": f"第 {i + 1} 条技术路线:等温扩增加试纸条,两年完成田间验证", "team": f"{solver.name}检测组"}
    if i == 2:
        bid |= {"cost_percent": 60, "ip_terms": "按投入比例共有", "members": [
            {"organisation": member.id, "role": "production", "cost_percent": 40, "consent": consent, "tasks": "试剂盒中试"}]}
    receipts.append(post(f"{challenge}/bids", solver.token, bid))
for name, who in ("出题方", poster.token), ("运营方", operator.token), ("监管方", supervisor.token), ("公众", None):
    if get(f"{challenge}/bids", who)["items"] or get(challenge, who)["bids_received"] is not None: sys.exit(f"{name}看到了揭榜书")
say(f"收到 5 份密封揭榜书;出题方、运营方、监管方、公众此时看到 0 份,份数也不公布")

# --- the opening, by two officers ------------------------------------------------------------------------------------
days(33)
until(challenge, "closed")
def open_envelopes(*more):
    return [jiebang("challenge", "open", challenge.split("/")[-1], "--key", f"{HOME}/officer-{who}.pem", *more).split()[-1]
            for who in ("operator", "supervisor")]
say(f"截止后两名开启人先后交出份额:{' → '.join(open_envelopes())};收到 {get(challenge)['bids_received']:.0f} 份")
move(challenge, "evaluate", operator.token)

# --- the panel, drawn in public --------------------------------------------------------------------------------------
panel = "/panels/" + post(f"{challenge}/panels", operator.token, {"size": 7})["id"]
while move(panel, "draw", operator.token, may_wait="not_sealed"):
    time.sleep(0.2)  # the seed is the first head of the ledger that is signed after the list was frozen
for each in reviewers: each.sign_in()  # a sign-in does not outlast weeks
by_expert = {each.expert.split("/")[-1]: each for each in reviewers}
def seated(*states): return [by_expert[each["expert"]] for each in get(f"{panel}/draw")["pool"] if each["status"] in states]
torn, *others = seated("seated")
post(f"{panel}/declaration", torn.token, {"accepts": False, "ground": "kinship", "statement": "与一揭榜单位负责人有亲属关系"})
while waiting := seated("seated"): post(f"{panel}/declaration", waiting[0].token, {"accepts": True})
until(panel, "reviewing")
say("从冻结名单公开抽出 7 名专家,1 人声明回避,按抽签顺序由下一名递补")

# --- the review: plans without names, nobody sees another's sheet ----------------------------------------------------
for number, each in enumerate(members := seated("accepted")):
    for sheet in get(f"{panel}/sheets", each.token)["items"]:
        if any(solver.name in json.dumps(sheet, ensure_ascii=False) for solver in solvers): sys.exit("评分表写出了揭榜单位")
        route = int(sheet["plan"].split("第 ")[1][0])  # whoever sees the plan alone prefers the second and the third
        scores = [{"criterion": i + 1, "score": {2: 92, 3: 88, 1: 80, 4: 74, 5: 45}[route] - (number + i) % 3, "comment": "示例意见"}
                  for i in range(len(sheet["criteria"]))]
        post(f"{panel}/sheets/{sheet['label']}", each.token, {"scores": scores})
ask("GET", f"/api/v1{panel}/results", supervisor.token, expect="not_found")
post(f"{panel}/sheets/A", torn.token, {"scores": []}, expect="conflict_of_interest")
move(panel, "close", operator.token)
open_envelopes("--prices")
bids = {each["organisation"]: each for each in get(f"{challenge}/bids", operator.token)["items"]}
priced = sum(each["price"] is not None for each in bids.values())
say(f"评分 {len(members)} × {len(bids)} 份,收齐前无人可见;两名开启人再开报价,技术分过线的 {priced} 份亮价")

# --- the second notice, an objection, the award ----------------------------------------------------------------------
move(challenge, "propose", operator.token, bids=[bids[solvers[1].id]["id"], bids[solvers[2].id]["id"]])
notice = "/notices/" + get(challenge)["notice"]
objection = "/objections/" + post(f"{notice}/objections", solvers[0].token, {"statement": "对技术路线一的评分有异议"})["id"]
move(objection, "accept", supervisor.token)
days(4)
move(challenge, "award", supervisor.token, expect="notice_paused")
move(objection, "dismiss", supervisor.token, reason="经复核,评分与评审记录一致")
days(12)
until(notice, "closed_clean")
move(challenge, "award", supervisor.token)
mine = get(f"/bids/{bids[solvers[0].id]['id']}/result", solvers[0].token)
say(f"拟中榜两家赛马;一件异议使公示暂停,答复后续行,期满授榜;落榜单位查到自己的名次:第 {mine['rank']:.0f}")
sixty = (datetime.date.fromisoformat(today()) - datetime.date.fromisoformat(first_day)).days

# --- two projects side by side: letter, deal, contract, plan ---------------------------------------------------------
projects = {each["solver"]: "/projects/" + each["id"] for each in get(f"/projects?challenge={challenge.split('/')[-1]}", operator.token)["items"]}
indicators = [{"name": "检出率", "unit": "%", "operator": ">=", "target": "95", "test_method": "盲样测试"},
              {"name": "单次成本", "unit": "元", "operator": "<=", "target": "20", "test_method": "财务核算"}]
def measured(by): return [{"indicator": i, "value": v, "method": "盲样测试", "evidence": f"示例报告{i}", "measured_by": by.name,
                           "measured_by_organisation": by.id} for i, v in ((1, "96"), (2, "18"))]
for number, solver in enumerate((solvers[1], solvers[2])):
    project, bid = projects[solver.id], bids[solver.id]
    move(project, "pledge", solver.token, pledge="按期达到全部指标,达不到的按约定退回经费", leader="示例负责人", ends_on=today(700),
         indicators=[{"answers": i + 1, **each} for i, each in enumerate(indicators)],
         **({"consortium_agreement": "示例联合体协议 1 号"} if number else {}))
    move(project, "confirm", poster.token)
    deal = "/deals/" + post("/deals", solver.token, {
        "kind": "development", "title": f"黄龙病检测技术开发(路线 {number + 2})", "seller": solver.id, "buyer": poster.id,
        "challenge": challenge.split("/")[-1], "total_amount": bid["price"]})["id"]
    move(deal, "negotiate", solver.token)
    move(deal, "decide", solver.token, decision_record="示例决策〔2027〕1 号")
    move(deal, "route", solver.token, pricing_route="award")
    move(deal, "sign", solver.token)
    move(deal, "countersign", poster.token)
    move(project, "plan", solver.token, first_percent=40, plan=[
        {"title": f"第 {i + 1} 个里程碑", "due_on": today(200 * (i + 1)), "pay_percent": 15, "gate": i == 0, "indicators": indicators}
        for i in range(3)])
    move(project, "start", poster.token)
say(f"第 {sixty} 天起两家分别立军令状、签约、开工;各 3 个里程碑,第一个是赛马节点")

# --- the race, three milestones, the acceptance ----------------------------------------------------------------------
third, winner, rival = solvers[4], solvers[1], solvers[2]
def milestones(project): return sorted(get(f"/milestones?project={project.split('/')[-1]}", operator.token)["items"], key=lambda each: each["number"])
def reach(project, solver, which):
    here = "/milestones/" + milestones(project)[which]["id"]
    move(here, "submit", solver.token, results=measured(third))
    move(here, "pass", poster.token)
days(190)
for solver in winner, rival: reach(projects[solver.id], solver, 0)
move(projects[rival.id], "eliminate", supervisor.token, approved_cost=yuan(300000), reason="检出率低于对手,节点评议淘汰")
for which in 1, 2:
    days(200)
    reach(projects[winner.id], winner, which)
days(110)
move(projects[winner.id], "deliver", winner.token, report="示例验收报告", results=measured(third), evidence=[
    {"kind": "third_party_test", "title": "示例检测报告", "reference": "示例 001", "issuer": third.name}])
acceptance = "/acceptances/" + get(f"/acceptances?project={projects[winner.id].split('/')[-1]}", operator.token)["items"][0]["id"]
jury = [(poster, "user"), (member, "market"), (solvers[3], "technical"), (employers[0][0], "technical"), (employers[1][0], "finance")]
move(acceptance, "convene", operator.token, seats=[{"organisation": each.id, "side": side} for each, side in jury])
for each, _ in jury:
    voice = each.token if each is poster else each.voice("reviewer")
    post(f"{acceptance}/votes", voice, {"verdict": "passed", "comment": "示例意见"})
move(acceptance, "decide", operator.token)
say(f"赛马节点淘汰一家;胜者 3 个里程碑通过,用户方、市场方参加的验收组表决;题目状态:{get(challenge)['status']}")

# --- the contract is registered, the poster's outlay is subsidised ---------------------------------------------------
project = get(projects[winner.id], operator.token)
contract = "/contracts/" + post("/contracts", winner.token, {
    "deal": project["deal"], "project_name": "黄龙病检测技术开发", "contract_type": "TD", "technology_field": "09",
    "total_amount": project["price"], "technical_amount": project["price"], "valid_from": today(-700), "valid_to": today(900)})["id"]
for action, who in ("self_check", winner.token), ("file", winner.token), ("accept", registry.token): move(contract, action, who)
move(contract, "register", registry.token, contract_no="20264503" + f"{int(time.time()) % 10**8:08d}")
programme = "/programmes/" + post("/programmes", supervisor.token, {
    "name": f"示例攻关后补助 {RUN[-4:]}", "year": int(today()[:4]), "region": "450300", "modes": ["post"], "rate": 30, "cap": yuan(500000),
    "opens_on": today(), "closes_on": today(180), "budget": yuan(400000), "origin": "constructed"})["id"]
move(programme, "announce", supervisor.token)
until(programme, "open")
for i in range(3):
    post("/outlays", poster.token, {
        "challenge": challenge.split("/")[-1], "category": "equipment", "invoice_no": f"{RUN}{i}", "issuer_code": "12100000400000624D",
        "issuer_name": "示例供应商", "issued_on": today(-60), "paid_on": today(-30), "amount": yuan(400000),
        "receipt_no": f"R{RUN}{i}", "file_hash": "sm3:" + "0" * 64, "origin": "constructed"})
claim = "/claims/" + post("/claims", poster.token, {
    "programme": programme.split("/")[-1], "mode": "post", "contract": contract.split("/")[-1], "account_name": poster.name,
    "account_bank": "示例银行", "account_number": "6222000000000000000"})["id"]
move(claim, "apply", poster.token)
move(claim, "verify", operator.token)
move(claim, "verify", finance.token)
move(claim, "notice", operator.token)
days(12)
until(claim, "on_notice", operator.token)
move(claim, "approve", supervisor.token)
move(claim, "pay", operator.token, payment_reference="P" + RUN, paid_on=today(), payee=poster.name)
paid, left = get(claim, operator.token)["amount"]["amount"], get(programme)["balance"]["amount"]
say(f"合同登记;出题方先行投入 1200000.00 元,两人核验、公示、拨付补助 {paid} 元,计划余额 {left} 元")

# --- an outsider, with public downloads alone ------------------------------------------------------------------------
folder = tempfile.mkdtemp(prefix="sixty-days-")
def download(path, name):
    with urllib.request.urlopen(BASE + path) as answer, open(f"{folder}/{name}", "wb") as file:
        while part := answer.read(1 << 20): file.write(part)
    return f"{folder}/{name}"
head, key = download("/api/v1/ledger/head", "head.json"), download("/api/v1/ledger/key", "key.json")
ledger = download("/api/v1/ledger/export", "ledger.jsonl")
say("外人只凭公开下载核验(" + folder + "):")
say("  " + jiebang("ledger", "verify", ledger, "--key", key, "--head", head))
say("  " + subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), "verify.py"), ledger, key, head], capture_output=True, text=True).stdout.strip())
say("  " + jiebang("panel", "verify", download(f"/api/v1{panel}/draw", "draw.json")).splitlines()[0])
say("  " + jiebang("notice", "verify", download(f"/api/v1{notice}", "notice.json")).splitlines()[0])
opening = next(line for line in open(ledger) if challenge.split("/")[-1] in line and '"commitments"' in line)
say("  " + ("✓ 五份回执的承诺值都在账本的开启记录中" if all(each["commitment"] in opening for each in receipts) else "✗ 回执不在开启记录中"))
releases = [json.loads(line) for line in jiebang("ocds", "export").splitlines()]
ours = [each for each in releases if challenge.split("/")[-1] in json.dumps(each)]
with open(f"{folder}/releases.jsonl", "w") as file: file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in ours)
jiebang("ocds", "check", folder + "/releases.jsonl")
say(f"  ✓ 本题 {len(ours)} 个 OCDS 发布项,前后相符")
