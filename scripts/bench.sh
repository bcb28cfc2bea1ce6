# shellcheck shell=bash
# `./liuhen bench`: measurements on this machine, by the programs of tests/bench.

help_bench() {
    cat <<'HELP'
usage: ./liuhen bench [alert-latency | connections | containers | decode | feed | geofence | history | ingest | journal
                      | manifest | mixed | recovery | register | storage | trace | watch | all]
                     [--runs N] [--save] [--against]
       ./liuhen bench ingest [--rate N] [--bulk] [--terminals N] [--seconds N]
       ./liuhen bench alert-latency | feed | mixed [--rate N] [--terminals N] [--seconds N]
  alert-latency  from the fix that decides, among 10,000 positions a second, to the event on a
             subscribed feed; 500 trucks drive through one water source after the other   告警时延
             (alert-latency, feed and mixed are not run by `all`: the first found no alert
             to measure yet, the others have not been run)
  connections  memory of the server for each idle terminal, in clear and under TLS, beside
             100,000 vehicles and 20,000 trips                          连接内存
  containers a container traced forward and back among a million, under row security;
             fills a scratch database for some minutes                  容器追溯
  decode     JT/T 808 positions a second: bytes to Sighting, beside the plain reading,
             and whole conversations                                   解码性能
  feed       the same, then 40 readers of the alert feed from its beginning      告警流读取
  geofence   fixes a second of a watched trip, and its memory          围栏性能
  history    what the hash chain of manifests costs an event           历史链开销
  ingest     positions a second from 10,000 terminals on real lines, decoded, matched, folded,
             committed, then acknowledged; and for how long each waited   端到端入库
             --rate N       N messages a second by the clock; without it as many as are answered
             --bulk         five positions a message (0x0704)
             --terminals N  lines, up to what `ulimit -n` lets two processes have
             --seconds N    measured, 30 by default, after 5 to warm up
  journal    observations stored and answered a second, in a scratch database  入库性能
  manifest   filings created and submitted a second, over HTTP, with quotas, numbers and
             history; 20 prefectures and one, 32 and 200 clients        联单性能
  mixed      10,000 positions and 300 filings a second, 50 readers of the feed and one who asks
             for tracks, all at once                                    综合负载
  recovery   seconds without an answer after the server, and after PostgreSQL, was killed, and
             until 19,000 terminals are in again                        恢复时间
  register   100,000 rows as CSV and XLSX in the background, and how long others wait
             meanwhile                                                  台账导出性能
  storage    bytes of a position as a row, in the log and packed, on recorded tracks: one each
             10 s, with items, and one a second; LIUHEN_BENCH_COPIES="1 10" times      存储开销
  trace      who was near a place or stopped along a river, over 1, 10 and 100 million
             positions, after a restart and again; LIUHEN_BENCH_POSITIONS="1000000" chooses sizes
             (100 million: half an hour, 2 GB)                          轨迹追溯
  watch      fixes a second of the watch with 1,000 zones and 10,000 corridors in memory,
             and the memory of a watched truck                       监控性能
  all        each of them (also without a name)                        全部
  --runs N   runs of each decoding measurement, 11 by default; medians are printed
  --save     keep the results in var/bench, for --against                  保存结果
  --against  show beside each result the last one kept, and the change     与上次比较
Each program prints a table and, as its last line, the same in JSON.
HELP
}

bench_all=(connections containers decode geofence history ingest journal manifest recovery register
    storage trace watch)

bench_options() {
    bench_chosen=() bench_runs=11 bench_save=no bench_against=no
    bench_rate=0 bench_batch=1 bench_terminals=10000 bench_seconds=30
    while [[ $# -gt 0 ]]; do
        case $1 in
            alert-latency | connections | containers | decode | feed | geofence | history | ingest | \
                journal | manifest | mixed | recovery | register | storage | trace | watch)
                bench_chosen+=("$1")
                ;;
            --save) bench_save=yes ;;
            --against) bench_against=yes ;;
            all) bench_chosen=("${bench_all[@]}") ;;
            --bulk) bench_batch=5 ;;
            --runs | --rate | --terminals | --seconds)
                [[ ${2:-} =~ ^[1-9][0-9]{0,6}$ ]] || die 2 "$1 needs a number" "$1 缺少数字"
                printf -v "bench_${1#--}" %s "$2"
                shift
                ;;
            *) die 2 "bench does not know $1; see ./liuhen bench --help" "未知参数" ;;
        esac
        shift
    done
    [[ ${#bench_chosen[@]} -gt 0 ]] || bench_chosen=("${bench_all[@]}")
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
bench_watch() { bench_program watch; }
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

# bench_storage: recordings of ../shared/data, each at its own pace or thinned.
bench_storage() {
    local tracks=$LIUHEN_ROOT/../shared/data/trajectories copies plain
    read -ra copies <<<"${LIUHEN_BENCH_COPIES:-1 10}"
    [[ -r $tracks/kubicka100/tracks.csv.gz ]] ||
        die 1 "the recordings are not on this machine: $tracks" "缺少轨迹数据"
    bench_database
    plain=$bench_scratch/tracks.csv
    zcat "$tracks/kubicka100/tracks.csv.gz" >"$plain"
    bench_program storage "$bench_conninfo" 10 bare "$plain" "${copies[@]}"
    bench_program storage "$bench_conninfo" 10 items "$plain" "${copies[@]}"
    bench_program storage "$bench_conninfo" 1 bare "$plain" "${copies[@]}"
    bench_program storage "$bench_conninfo" 1 bare "$tracks/hof_fcd/points.csv" "${copies[@]}"
    trap - EXIT
    (bench_end)
}

bench_containers() {
    bench_database
    say "filling in a million containers" "正在写入一百万个容器"
    psql --no-psqlrc --quiet --single-transaction -v ON_ERROR_STOP=1 "$bench_conninfo" \
        -f "$LIUHEN_ROOT/tests/bench/million_containers.sql"
    bench_program containers "$bench_conninfo" "$bench_runs"
    trap - EXIT
    (bench_end)
}

# bench_chill: the shell command that stops PostgreSQL, drops what the kernel keeps of its files,
# and starts it again.
bench_chill() {
    # shellcheck disable=SC2016 # expanded when it is run
    printf 'kill -INT "$(head -n 1 "%s")"; while [ -e "%s" ]; do sleep 0.1; done; %s; %s >/dev/null' \
        "$bench_scratch/postgres/postmaster.pid" "$bench_scratch/postgres/postmaster.pid" \
        'sync; echo 3 >/proc/sys/vm/drop_caches || echo "caches not dropped" >&2' \
        "\"$LIUHEN_ROOT/scripts/scratch-cluster.sh\" start \"$bench_scratch\" --durable"
}

bench_trace() {
    local positions
    read -ra positions <<<"${LIUHEN_BENCH_POSITIONS:-1000000 10000000 100000000}"
    bench_database
    bench_program trace "$bench_conninfo" "$(bench_chill)" "$bench_runs" "${positions[@]}"
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

# bench_serve FLAG...: a server of its own on that database, its addresses in bench_endpoints.
bench_serve() {
    local server tries port=''
    bench_endpoints=$bench_scratch/endpoints.json
    server=$(build_folder release)/liuhen-server
    "$server" bootstrap --database "$bench_conninfo" --endpoints "$bench_endpoints" >/dev/null
    "$server" serve --database "$bench_conninfo" --endpoints "$bench_endpoints" \
        --http 127.0.0.1:0 --jt808 127.0.0.1:0 --lock 127.0.0.1:0 "$@" \
        2>"$bench_scratch/server.log" &
    bench_server=$!
    for tries in {1..1200}; do
        # Before that the file names the usual ports, where another server may listen.
        ! grep -q '"server.started"' "$bench_scratch/server.log" || port=$(bench_port http)
        [[ -z $port ]] || ! curl -fs "http://127.0.0.1:$port/readyz" >/dev/null || return 0
        if [[ $tries -eq 1200 ]]; then
            tail_of "$bench_scratch/server.log" 10
            [[ -z $port ]] || curl -s "http://127.0.0.1:$port/readyz" >&2
            die 1 "the server did not get ready" "服务未能就绪"
        fi
        sleep 0.1
    done
}

# bench_port LISTENER: its port, once there is one.
bench_port() { sed -n "s/.*\"$1\": *\"[^\"]*:\([1-9][0-9]*\)\".*/\1/p" "$bench_endpoints"; }

bench_manifest() {
    bench_database
    bench_serve --db-connections "${LIUHEN_BENCH_CONNECTIONS:-16}"
    bench_program filing "$bench_endpoints" "${LIUHEN_BENCH_SECONDS:-10}"
    trap - EXIT
    (bench_end)
}

# bench_fleet TERMINALS EVERY: that many, each EVERY-th truck on a trip along one road.
bench_first_number=13800000000
bench_fleet() {
    psql --no-psqlrc --quiet --single-transaction -v ON_ERROR_STOP=1 -v terminals="$1" -v every="$2" \
        -v first_number="$bench_first_number" "$bench_conninfo" \
        -f "$LIUHEN_ROOT/tests/bench/ingest_fleet.sql"
}

bench_postmaster() { head -n 1 "$bench_scratch/postgres/postmaster.pid"; }

bench_connections() {
    bench_database
    bench_fleet 100000 5
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -keyout "$bench_scratch/key.pem" -out "$bench_scratch/certificate.pem" 2>/dev/null
    bench_serve --jt808-tls 127.0.0.1:0 --tls-certificate "$bench_scratch/certificate.pem" \
        --tls-key "$bench_scratch/key.pem"
    bench_program connections --port "$(bench_port jt808)" --tls-port "$(bench_port jt808_tls)" \
        --server "$bench_server" --first-number "$bench_first_number"
    trap - EXIT
    (bench_end)
}

bench_ingest() {
    bench_database
    bench_fleet "$bench_terminals" 2
    bench_serve
    bench_program ingest --port "$(bench_port jt808)" --database "$bench_conninfo" \
        --server "$bench_server" --postgres "$(bench_postmaster)" \
        --terminals "$bench_terminals" --first-number "$bench_first_number" --rate "$bench_rate" \
        --batch "$bench_batch" --seconds "$bench_seconds"
    trap - EXIT
    (bench_end)
}

# bench_crash: the shell command that fills the log of PostgreSQL with 1 GB, kills it, says so, and
# starts it again.
bench_crash() {
    printf 'psql --no-psqlrc --quiet "%s" -c "%s" && pkill -KILL -P "%s"; kill -KILL "%s"; echo killed; %s' \
        "$bench_conninfo" "CREATE TABLE filler AS SELECT n, repeat('x', 900) FROM generate_series(1, 1000000) n" \
        "$(bench_postmaster)" "$(bench_postmaster)" \
        "\"$LIUHEN_ROOT/scripts/scratch-cluster.sh\" start \"$bench_scratch\" --durable"
}

# bench_alerts FLAG...: the crowd, then the trucks that go where they may not.
bench_intruders=500
bench_alerts() {
    bench_database
    bench_fleet "$((bench_terminals + bench_intruders))" 2
    bench_serve
    [[ $bench_rate -gt 0 ]] || bench_rate=10000
    # Not as an argument: those are printed.
    LIUHEN_BENCH_TOKEN=$(jq -r .tokens.regulator "$bench_endpoints")
    export LIUHEN_BENCH_TOKEN
    bench_program alerts --port "$(bench_port jt808)" --http-port "$(bench_port http)" \
        --first-number "$bench_first_number" --terminals "$bench_terminals" --rate "$bench_rate" \
        --intruders "$bench_intruders" --seconds "$bench_seconds" "$@"
    trap - EXIT
    (bench_end)
}
bench_alert-latency() { bench_alerts; }
bench_feed() { bench_alerts --readers 40; }

# bench_tracks: asks for one truck's track after the other until it is killed.
bench_tracks() {
    local n=0 base token
    base=http://127.0.0.1:$(bench_port http)
    token=$(jq -r .tokens.regulator "$bench_endpoints")
    while n=$((n % bench_terminals + 1)); do
        curl -fs -o /dev/null -w '%{time_total}\n' -H "Authorization: Bearer $token" \
            "$base/v1/vehicles/00000000-0000-4000-8001-$(printf %012x "$n")/track" || true
    done >"$bench_scratch/tracks"
}

bench_mixed() {
    bench_database
    bench_fleet "$bench_terminals" 2
    bench_serve
    [[ $bench_rate -gt 0 ]] || bench_rate=10000
    build release bench_filing bench_ingest
    local reader token helpers=()
    token=$(jq -r .tokens.regulator "$bench_endpoints")
    for reader in {1..50}; do
        curl -sN -o /dev/null -H "Authorization: Bearer $token" \
            "http://127.0.0.1:$(bench_port http)/v1/alerts/stream?after=" &
        helpers+=($!)
    done
    bench_tracks &
    helpers+=($!)
    "$(build_folder release)/tests/bench/bench_filing" "$bench_endpoints" "$((bench_seconds + 5))" \
        300 >"$bench_scratch/filing" &
    local filing=$!
    bench_program ingest --port "$(bench_port jt808)" --database "$bench_conninfo" \
        --server "$bench_server" --postgres "$(bench_postmaster)" \
        --terminals "$bench_terminals" --first-number "$bench_first_number" --rate "$bench_rate" \
        --seconds "$bench_seconds"
    wait "$filing"
    cat "$bench_scratch/filing"
    kill "${helpers[@]}" 2>/dev/null || true
    wait "${helpers[@]}" 2>/dev/null || true
    say "tracks asked for, one after the other: $(sort -n "$bench_scratch/tracks" |
        awk '{ t[NR] = $1 } END { print NR ", half within " t[int((NR + 1) / 2)] " s, all " t[NR] " s" }')"
    trap - EXIT
    (bench_end)
}

bench_recovery() {
    bench_database
    bench_fleet 100000 5
    bench_serve
    local server port
    server=$(build_folder release)/liuhen-server
    port=$(bench_port jt808)
    { kill "$bench_server" && wait "$bench_server"; } || true
    bench_server=''
    bench_program recovery --terminals 19000 --port "$port" --first-number "$bench_first_number" --runs 3 \
        --crash "$(bench_crash)" -- "$server" serve --database "$bench_conninfo" \
        --endpoints "$bench_endpoints" --http 127.0.0.1:0 --jt808 "127.0.0.1:$port" \
        --lock 127.0.0.1:0 --log "$bench_scratch/server.log" --device-connections 19000
    trap - EXIT
    (bench_end)
}

bench_end() {
    [[ -z ${bench_server:-} ]] || { kill "$bench_server" && wait "$bench_server"; } 2>/dev/null || true
    "$LIUHEN_ROOT/scripts/scratch-cluster.sh" stop "$bench_scratch"
    rm -rf "$bench_scratch"
}
