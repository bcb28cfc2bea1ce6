# shellcheck shell=bash
# `./liuhen bench`: measurements on this machine, by the programs of tests/bench.

help_bench() {
    cat <<'HELP'
usage: ./liuhen bench [decode | geofence | history | journal | manifest | register | trace | all]
                     [--runs N] [--save] [--against]
  decode     JT/T 808 positions a second: bytes to Sighting, beside the plain reading,
             and whole conversations                                   解码性能
  geofence   fixes a second of a watched trip, and its memory          围栏性能
  history    what the hash chain of manifests costs an event           历史链开销
  journal    observations stored and answered a second, in a scratch database  入库性能
  manifest   filings created and submitted a second, over HTTP, with quotas, numbers and
             history; 20 prefectures and one, 32 and 200 clients        联单性能
  register   100,000 rows as CSV and XLSX in the background, and how long others wait
             meanwhile                                                  台账导出性能
  trace      a container traced forward and back among a million, under row security;
             fills a scratch database for some minutes                  容器追溯
  all        each of them (also without a name)                        全部
  --runs N   runs of each decoding measurement, 11 by default; medians are printed
  --save     keep the results in var/bench, for --against                  保存结果
  --against  show beside each result the last one kept, and the change     与上次比较
Each program prints a table and, as its last line, the same in JSON.
HELP
}

bench_options() {
    bench_chosen=() bench_runs=11 bench_save=no bench_against=no
    while [[ $# -gt 0 ]]; do
        case $1 in
            decode | geofence | history | journal | manifest | register | trace) bench_chosen+=("$1") ;;
            --save) bench_save=yes ;;
            --against) bench_against=yes ;;
            all) bench_chosen=(decode geofence history journal manifest register trace) ;;
            --runs)
                [[ ${2:-} =~ ^[1-9][0-9]{0,3}$ ]] || die 2 "--runs needs a number" "--runs 缺少数字"
                bench_runs=$2
                shift
                ;;
            *) die 2 "bench does not know $1; see ./liuhen bench --help" "未知参数" ;;
        esac
        shift
    done
    [[ ${#bench_chosen[@]} -gt 0 ]] || bench_chosen=(decode geofence history journal manifest register trace)
}

command_bench() {
    bench_options "$@"
    make_var
    need_packages build
    local one
    for one in "${bench_chosen[@]}"; do "bench_$one"; done
}

# bench_program NAME ARGUMENT...: builds it, says what is run and on what, and runs it.
bench_program() {
    local name=$1
    shift
    build release "bench_$name"
    say ""
    say "\$ build/release/tests/bench/bench_$name $*"
    say "  $(bench_machine)"
    mkdir -p "$LIUHEN_VAR/bench"
    local result=$LIUHEN_VAR/bench/$name.new
    "$(build_folder release)/tests/bench/bench_$name" "$@" | tee "$result"
    [[ $bench_against == no ]] || bench_compare "$LIUHEN_VAR/bench/$name.json" "$result"
    [[ $bench_save == no ]] || tail -n 1 "$result" >"$LIUHEN_VAR/bench/$name.json"
    rm -f "$result"
}

# bench_compare KEPT RESULT: each median beside the one that was kept.
bench_compare() {
    [[ -s $1 ]] || { say "  nothing was saved yet" "尚无保存的结果" && return 0; }
    tail -n 1 "$2" | jq -r --slurpfile kept "$1" '
        .results[] | . as $now
        | ($kept[0].results[] | select(.what == $now.what).median) as $was
        | "  \($now.what): \($was) -> \($now.median) \($now.unit)"
          + (if $was > 0 then ", \((($now.median / $was - 1) * 1000 | round) / 10) %" else "" end)'
}

# bench_machine: what the numbers depend on.
bench_machine() {
    local model load
    model=$(sed -n 's/^model name[ \t]*: //p' /proc/cpuinfo | head -n 1)
    read -r load </proc/loadavg
    echo "${model:-unknown processor}, $(nproc) processors, load $load"
}

bench_decode() {
    bench_program decode "$bench_runs"
    bench_program conversation "$bench_runs"
}

bench_geofence() { bench_program geofence; }
bench_history() { bench_program history "$bench_runs"; }

# bench_database: a database of its own that waits for the disk, as a real one does; says how to
# connect in bench_conninfo.
bench_database() {
    need_packages run
    bench_scratch=$(mktemp -d "${TMPDIR:-/tmp}/liuhen-bench.XXXXXX")
    bench_server=''
    trap bench_end EXIT
    trap 'exit 130' INT TERM HUP
    bench_conninfo="$("$LIUHEN_ROOT/scripts/scratch-cluster.sh" start "$bench_scratch" --durable)"
    psql --no-psqlrc --quiet "$bench_conninfo dbname=postgres" -c "CREATE DATABASE bench"
    bench_conninfo+=" dbname=bench"
    build release programs
    "$(build_folder release)/liuhen-server" migrate --database "$bench_conninfo" \
        --sql "$LIUHEN_ROOT/sql" >/dev/null
}

bench_journal() {
    bench_database
    bench_program journal "$bench_conninfo"
    trap - EXIT
    (bench_end)
}

bench_trace() {
    bench_database
    say "filling in a million containers" "正在写入一百万个容器"
    psql --no-psqlrc --quiet --single-transaction -v ON_ERROR_STOP=1 "$bench_conninfo" \
        -f "$LIUHEN_ROOT/tests/bench/million_containers.sql"
    bench_program trace "$bench_conninfo" "$bench_runs"
    trap - EXIT
    (bench_end)
}

# Makes databases of its own, as the tests do.
bench_register() {
    bench_database
    LIUHEN_TEST_DB=${bench_conninfo% dbname=*} bench_program register
    trap - EXIT
    (bench_end)
}

# A server of its own beside it.
bench_manifest() {
    bench_database
    local server port='' tries endpoints=$bench_scratch/endpoints.json
    server=$(build_folder release)/liuhen-server
    "$server" bootstrap --database "$bench_conninfo" --endpoints "$endpoints" >/dev/null
    "$server" serve --database "$bench_conninfo" --endpoints "$endpoints" --http 127.0.0.1:0 \
        --jt808 127.0.0.1:0 --lock 127.0.0.1:0 --db-connections "${LIUHEN_BENCH_CONNECTIONS:-16}" \
        2>"$bench_scratch/server.log" &
    bench_server=$!
    for tries in {1..100}; do
        port=$(sed -n 's/.*"http": *"[^"]*:\([1-9][0-9]*\)".*/\1/p' "$endpoints")
        [[ -z $port ]] || ! curl -fs "http://127.0.0.1:$port/readyz" >/dev/null || break
        [[ $tries -lt 100 ]] || die 1 "the server did not start" "服务未能启动"
        sleep 0.1
    done
    bench_program filing "$endpoints" "${LIUHEN_BENCH_SECONDS:-10}"
    trap - EXIT
    (bench_end)
}

bench_end() {
    [[ -z ${bench_server:-} ]] || { kill "$bench_server" && wait "$bench_server"; } 2>/dev/null || true
    "$LIUHEN_ROOT/scripts/scratch-cluster.sh" stop "$bench_scratch"
    rm -rf "$bench_scratch"
}
