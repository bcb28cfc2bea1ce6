# shellcheck shell=bash
# `./liuhen doctor --device ID`: what one device sends wrongly, and in which profile it would make
# sense. Asks the running server as the operator.

# device_diagnosis ID: the server's answer on standard output.
device_diagnosis() {
    local endpoints=$LIUHEN_VAR/endpoints.json http token id answer status
    [[ -r $endpoints ]] || die 1 "no server has run here; start it with ./liuhen up" "服务未运行"
    http=$(jq -r .http "$endpoints")
    token=${LIUHEN_TOKEN:-$(jq -r '.tokens.operator // empty' "$endpoints")}
    [[ -n $token ]] || die 1 "no operator's token in $endpoints; set LIUHEN_TOKEN" "缺少运营令牌"
    id=$(jq -rn --arg id "$1" '$id | @uri')
    answer=$(curl -sS -m 20 --noproxy '*' -H @- -w '\n%{http_code}' \
        "http://$http/v1/terminals/$id/diagnosis" <<<"Authorization: Bearer $token") ||
        die 1 "the server at http://$http does not answer" "服务无应答"
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    case $status in
        200) printf '%s\n' "$answer" ;;
        404) die 1 "no terminal $1 is entered; POST /v1/terminals enters it" "终端未登记" ;;
        *) die 1 "the server answers $status: $(jq -r '.detail // empty' <<<"$answer")" ;;
    esac
}

# device_report HTTP: the answer on standard input, for people. HTTP is the server's address.
device_report() {
    jq -r --arg http "$1" '
        def pad($n): . + (" " * ([$n - length, 0] | max));
        def left($n): tostring | (" " * ([$n - length, 0] | max)) + .;
        def share: if .all == 0 then "-" else "\(.good)/\(.all)" end;
        def fit: "  " + (.profile | pad(20)) + (.score | left(5)) + "  " +
            (.frames | share | pad(9)) + (.items | share | pad(10)) + (.times | share | pad(9)) +
            (.places | share | pad(9)) + (.bits | share);
        "Terminal 终端      \(.terminal.number)  (\(.terminal.id))",
        "Profile 配置       \(.terminal.profile), \(.terminal.protocol), zone \(.terminal.time_zone), \(.terminal.datum)",
        "Last fix 末次定位  " + (if .last_fix then
            "\(.last_fix.at) at \(.last_fix.lat), \(.last_fix.lon)" +
            (if .last_fix.satellite then "" else " (no satellites)" end) +
            ", received \(.last_fix.received_at)" else "none 无" end),
        (if .registration then "Registered 注册    " + (.registration | tojson) else empty end),
        "",
        "Sent wrongly 异常上报: " + (if (.faults | length) == 0 then "nothing 无"
            else "\(.quarantined) pieces kept 留存" end),
        (.faults[] | "  \(.count | left(7)) × " + (.kind | pad(20)) + " \(.meaning)  \(.meaning_zh)",
            "            \(.first_at) … \(.last_at)", "            \(.last_bytes)"),
        (if .clock then "Clock 时钟: \(.clock.meaning)", "  \(.clock.meaning_zh)" else empty end),
        "",
        (if (.profiles | length) == 0 then
            "Its protocol has no profiles to choose from.  该协议无可选配置"
         elif .frames == 0 then "No frames to try profiles on.  尚无可供比对的报文"
         else
            "In which profile it makes sense (\(.frames) frames tried)  各配置匹配度:",
            "  " + ("profile" | pad(20)) + "score  frames   items     times    places   bits",
            (.profiles[0:8][] | fit),
            (if .now then "now 现用:", (.now | fit) else empty end),
            (if .change then empty
             else "Nothing would read it better than its profile does.  现用配置已最合适" end)
         end),
        (if .change then
            "To change it 修改方法:",
            "  curl -X \(.change.method) -H \"Authorization: Bearer $LIUHEN_TOKEN\" -H \"Content-Type: application/json\" \\",
            "    \"http://\($http)\(.change.path)\" -d \(.change.body | tojson | @sh)"
         else empty end)'
}

command_device() {
    [[ $# -eq 1 && -n $1 ]] ||
        die 2 "doctor --device needs one id or number of a terminal" "--device 需要一个终端编号"
    local answer
    answer=$(device_diagnosis "$1") || exit 1
    device_report "$(jq -r .http "$LIUHEN_VAR/endpoints.json")" <<<"$answer"
}
