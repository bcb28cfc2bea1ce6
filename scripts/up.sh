# shellcheck shell=bash
# `./liuhen up`: from whatever state the machine is in to a running server, and back when told.

help_up() {
    cat <<'HELP'
usage: ./liuhen up [option...]      install, build, start, show; Ctrl-C stops everything
  --empty           no demo: your own data, kept from run to run, on the real clock  不含演示
  --no-simulate     the demo's server and clock, without its trucks                  不启动模拟
  --rate N          how many times faster than life the demo runs, 60 if not said    演示倍速
  --http-port N     8080 when free                                                   HTTP 端口
  --jt808-port N    7808 when free                                                   终端端口
  --lock-port N     7809 when free                                                   电子锁端口
Without --empty each run plays the demo from its beginning in a fresh database of its own.
HELP
}

up_options() {
    up_demo=yes up_simulate=yes up_rate=''
    up_http=8080 up_jt808=7808 up_lock=7809
    up_http_given=no up_jt808_given=no up_lock_given=no
    while [[ $# -gt 0 ]]; do
        case $1 in
            --empty) up_demo=no up_simulate=no && shift ;;
            --no-simulate) up_simulate=no && shift ;;
            --rate | --http-port | --jt808-port | --lock-port)
                [[ $# -ge 2 ]] || die 2 "$1 needs a value; see --help" "$1 缺少参数"
                up_value "$1" "$2"
                shift 2
                ;;
            *) die 2 "up does not know $1; see ./liuhen up --help" "未知参数" ;;
        esac
    done
    [[ -z $up_rate || $up_rate =~ ^[1-9][0-9]{0,2}$ && $up_rate -le 600 ]] ||
        die 2 "--rate is 1 to 600, not '$up_rate'" "倍速应为 1 至 600"
    [[ -z $up_rate || $up_demo == yes ]] ||
        die 2 "--rate needs the demo: real trucks drive at 1" "--rate 仅用于演示"
    up_rate=${up_rate:-60}
}

# up_value OPTION VALUE
up_value() {
    case $1 in
        --rate) up_rate=$2 ;;
        --http-port) up_http=$2 up_http_given=yes ;;
        --jt808-port) up_jt808=$2 up_jt808_given=yes ;;
        --lock-port) up_lock=$2 up_lock_given=yes ;;
    esac
}

command_up() {
    local began=$SECONDS
    up_options "$@"
    ulimit -n "$(ulimit -Hn)" 2>/dev/null || true # each device is an open file
    make_var
    up_only_one
    need_packages build run
    build_programs
    choose_service
    up_folders
    place_programs "$(build_folder release)"
    up_choose_ports
    trap up_end EXIT
    trap 'exit 0' INT TERM HUP
    status "starting PostgreSQL"
    cluster_start
    up_database
    server_start
    up_play
    up_welcome $((SECONDS - began))
    live
}

# up_only_one: takes the lock that a running `up` holds, or says who holds it.
up_only_one() {
    mkdir -p "$LIUHEN_VAR/run"
    exec {up_turn}>"$LIUHEN_VAR/run/up.lock"
    flock -n "$up_turn" || {
        say "Liuhen is already up (process $(noted_process up || echo unknown)):" "已在运行"
        [[ ! -r $LIUHEN_VAR/endpoints.json ]] ||
            say "  http://$(jq -r .http "$LIUHEN_VAR/endpoints.json")"
        say "Stop it with ./liuhen down."
        exit 1
    }
    note_process up $$
    # A server left by an `up` that was killed may still be ending.
    end_process simulate 10
    end_process server 20
}

up_folders() {
    service_folder "$(readlink -f "$LIUHEN_VAR")"
    service_folder "$LIUHEN_LOG"
    cluster_use "$(readlink -f "$LIUHEN_VAR")"
}

up_choose_ports() {
    up_http=$(choose_port http "$up_http" "$up_http_given")
    up_jt808=$(choose_port jt808 "$up_jt808" "$up_jt808_given" "$up_http")
    up_lock=$(choose_port lock "$up_lock" "$up_lock_given" "$up_http" "$up_jt808")
}

# up_database: migrated, with one token per role. The demo's begins anew each time: its trucks would
# repeat yesterday's positions, and what is stored once is not news. Yours is never touched by it.
up_database() {
    local endpoints=$LIUHEN_VAR/endpoints.json before
    up_database=liuhen
    [[ $up_demo == no ]] || up_database=liuhen_demo
    before=$(cat "$LIUHEN_VAR/run/database" 2>/dev/null || echo "$up_database")
    if [[ $before != "$up_database" && -e $endpoints ]]; then
        mv -f "$endpoints" "$LIUHEN_VAR/run/$before.endpoints.json"
    fi
    if [[ $up_demo == yes ]]; then
        cluster_drop_database "$up_database"
        rm -rf "$(readlink -f "$LIUHEN_VAR")/anchors/$up_database"
        rm -f "$endpoints" "$LIUHEN_VAR/run/$up_database.endpoints.json"
    elif [[ $before != "$up_database" && -e $LIUHEN_VAR/run/$up_database.endpoints.json ]]; then
        mv -f "$LIUHEN_VAR/run/$up_database.endpoints.json" "$endpoints"
    fi
    echo "$up_database" >"$LIUHEN_VAR/run/database"
    cluster_database "$up_database"
    up_prepare migrate --sql "$asset_folder/sql"
    up_prepare bootstrap --endpoints "$(readlink -f "$LIUHEN_VAR")/endpoints.json"
}

# up_prepare SUBCOMMAND OPTION...: one short run of the server's program.
up_prepare() {
    local log=$LIUHEN_LOG/prepare.log
    status "$1"
    : >"$log"
    as_service "$program_folder/liuhen-server" "$@" \
        --database "$(cluster_conninfo '' "$up_database")" >>"$log" 2>&1 || {
        tail_of "$log" 15
        die 1 "liuhen-server $1 failed (log: $log)" "准备数据库失败"
    }
}

# up_scenario: the demo's file.
up_scenario() { printf '%s/simulators/demo/night.json' "$asset_folder"; }

# up_clock: the demo's clock as START@RATE: from 22:00 in China on the scenario's day, and when a
# server is started again, from where the clock is by then.
up_clock() {
    local now
    now=$(date +%s)
    if [[ -z ${up_clock_from:-} ]]; then
        up_clock_from=$now
        up_clock_start=$(date -d "$(jq -r .starts_at "$(up_scenario)")" +%s)
    fi
    now=$((up_clock_start + (now - up_clock_from) * up_rate))
    printf '%s@%s' "$(date -u -d "@$now" +%FT%TZ)" "$up_rate"
}

# server_start: runs the server and waits until it says that it is ready.
server_start() {
    local clock=() endpoints
    endpoints=$(readlink -f "$LIUHEN_VAR")/endpoints.json
    [[ $up_demo == no ]] || { up_clock >/dev/null && clock=(--demo-clock "$(up_clock)"); }
    status "starting the server"
    start_child server "$LIUHEN_LOG/server.log" "$program_folder/liuhen-server" serve \
        --database "$(cluster_conninfo '' "$up_database")" --endpoints "$endpoints" \
        --http "127.0.0.1:$up_http" --jt808 "127.0.0.1:$up_jt808" --lock "127.0.0.1:$up_lock" \
        --anchors "$(readlink -f "$LIUHEN_VAR")/anchors/$up_database" --log - "${clock[@]}"
    up_server=$spawned_pid
    server_wait || {
        tail_of "$LIUHEN_LOG/server.log" 15
        die 1 "the server did not become ready (log: $LIUHEN_LOG/server.log)" "服务器未就绪"
    }
}

# server_wait: polls /readyz until it answers 200; fails when the server ends or after 60 s.
server_wait() {
    local give_up=$((SECONDS + 60)) ready=http://127.0.0.1:$up_http/readyz
    until curl -fsS -o /dev/null -m 2 --noproxy '*' "$ready" 2>/dev/null; do
        noted_process server >/dev/null && [[ $SECONDS -lt $give_up ]] || return 1
        sleep 0.1
    done
}

# up_play: starts the demo's trucks, locks and producers.
up_play() {
    up_simulator=''
    [[ $up_simulate == yes ]] || return 0
    [[ -r $(up_scenario) ]] || die 1 "the demo's scenario $(up_scenario) is missing" "缺少演示文件"
    start_child simulate "$LIUHEN_LOG/simulate.log" "$program_folder/liuhen-simulate" \
        "$(up_scenario)" --keep-running \
        --endpoints "$(readlink -f "$LIUHEN_VAR")/endpoints.json"
    up_simulator=$spawned_pid
}

# up_welcome SECONDS: where it is, who may come in, what to try.
up_welcome() {
    local endpoints=$LIUHEN_VAR/endpoints.json
    up_police=$(jq -r '.tokens.police // empty' "$endpoints")
    up_regulator=$(jq -r '.tokens.regulator // empty' "$endpoints")
    say ""
    say "Liuhen is ready after $1 s: http://127.0.0.1:$up_http" "已就绪"
    say "  devices (JT/T 808) 127.0.0.1:$up_jt808, locks 127.0.0.1:$up_lock, all of it in \
var/endpoints.json"
    [[ $up_demo == no ]] || say "  demo: an invented district, $(up_clock) (start@rate)" "虚构演示区"
    say "  tokens by role:" "各角色令牌"
    jq -r '.tokens | to_entries[] | "    \(.key)\t\(.value)"' "$endpoints" | expand -t 16 >&2
    say "  try:" "试一试"
    say "    curl -H 'Authorization: Bearer $up_police' http://127.0.0.1:$up_http/v1/alerts"
    say "  Ctrl-C stops everything." "按 Ctrl-C 全部停止"
    say ""
}

# up_end: whatever happened, everything that we started ends, simulators first.
up_end() {
    local code=$?
    trap '' INT TERM HUP
    say_wipe
    [[ -z ${up_server:-} ]] || say "Stopping" "正在停止"
    end_process simulate 10
    end_process server 20
    cluster_stop
    rm -f "$LIUHEN_VAR/run/up.pid"
    exit "$code"
}
