# docs/acceptance.json as docs/acceptance.md:  jq -rf tests/command/acceptance.jq docs/acceptance.json
# The page has the form of docs/http-examples.md, so that the same test pastes it.

def quoted: if test("\"") then "'\(.)'" else "\"\(.)\"" end;
# A body as JSON in which $NAME is for bash to fill in; "#NAME" is a number.
def text: if type == "object" and has("$raw") then .["$raw"]
  else tojson | gsub("\"#(?<name>[A-Z]+)\""; "$" + .name) end;
def member: split(".") | map(if test("^[0-9]+$") then "[\(.)]" else ".\(.)" end) | join("");
def changed: to_entries | map("\(.key | member) = \(.value | tojson)") | join(" | ");

def headers: (.headers // {}) | to_entries | map(" -H " + ("\(.key): \(.value)" | quoted)) | join("");
def address: .send | split(" ") | (if .[0] == "GET" then "" else " -X \(.[0])" end) +
  " \"$BASE\(.[1])\"";
def kept: (.keep // {}) | to_entries | first // empty;
def call:
  "curl -sS -H \"$\(.by)\"" + headers +
  (if .body_like then
     " -H \"$JSON\"" + address + " \\\n  -d " +
     (if .body_like[1] == {} then "\"$\(.body_like[0])\""
      else "\"$(jq -c '\(.body_like[1] | changed)' <<<\"$\(.body_like[0])\")\"" end) +
     (if .keep then " | jq -r \(kept.value)" else "" end)
   elif .body then
     " -H \"$JSON\"" + address + " -d @- <<END" +
     (if .keep then " | jq -r \(kept.value)" else "" end) + "\n\(.body | text)\nEND" +
     (if .keep then "\n" else "" end)
   else address + (if .keep then " | jq -r '\(kept.value)'" else "" end) end) |
  . as $call | $call;
def block: "```sh\n\(.)\n```\n";
def answered: "→ \(.status)" + ((.true // []) | map(" `\(.)`") | join(""));
def step:
  ((if .keep then "\(kept.key)=$(\(call))" else call end) | block), answered, "";

def brought($way): .given as $state | ($way | map(.to) | index($state)) as $last |
  ("ID=$(brought \($state))" | block),
  "→ 201" + ([range($last + 1) | ", 200"] | join("")), "";

def scenario($way):
  "### \(.no) \(.title) · \(.title_zh)", "",
  "For: \(.of). Passed when the program \(.program)", "",
  (select(.given) | brought($way)), (.steps[] | step);

"# Acceptance scenarios · 对接验收用例", "",
"By these a vendor shows that its program fits: each is numbered, says what the program sends, what the service answers, and what the program must do with it. A program passes when it has sent each request of the scenarios of its kind (`all`, `producer`, `carrier`, `receiver`) against an empty service, got the answer told here, and done what its scenario says. The answers are held by `./liuhen test command`, which pastes this page into a bash beside a real server; what the program does is for a person to look at.", "",
"This page is printed from [acceptance.json](acceptance.json), which is for programs that run scenarios: `jq -rf tests/command/acceptance.jq docs/acceptance.json >docs/acceptance.md`. Before it, paste \(.before) ([http-examples.md](http-examples.md)).", "",
"供软件厂商自证对接能力：每个用例编号，列明发送内容、应答与软件应有的处理；先按 http-examples.md 第 1 至 9 项准备基础数据，再逐项执行。", "",
"### Before · 准备", "",
([("DEPART=$(in_hours 1) ARRIVE=$(in_hours 3)",
  "NOBODY=\"Authorization: Bearer lh_\("A" * 43)\"",
  (.bodies | to_entries[] | "\(.key)=$(cat <<END\n\(.value | text)\nEND\n)"),
  "brought() { # STATE: files a load and brings it there; its id",
  "  local id SEAL last=$1",
  "  go() { # STATE EVENT BEARER BODY; false when that was the last",
  "    curl -sS -o /dev/null -H \"$3\" -H \"$JSON\" \"$BASE/v1/manifests/$id/$2\" -d \"$4\"",
  "    [[ $1 != \"$last\" ]]",
  "  }",
  "  id=$(curl -sS -H \"$PRODUCER\" -H \"$JSON\" \"$BASE/v1/manifests\" -d \"$FILING\" | jq -r .id)",
  "  SEAL=S-${id##*-}",
  "  " + (.way | map("go \(.to) \(.event) \"$\(.by)\" \\\n    \(.body | tojson | tojson)")
          | join(" &&\n    ")) + " || true",
  "  echo \"$id\"",
  "}",
  "curl -sS \"$BASE/readyz\"")] | join("\n") | block),
"→ 200 `.ready`", "",
(.way as $way | .scenarios[] | scenario($way))
