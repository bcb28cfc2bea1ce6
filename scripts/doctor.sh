# shellcheck shell=bash
# `./liuhen doctor`: what is missing on this machine, each with how to mend it.

help_doctor() {
    cat <<'HELP'
usage: ./liuhen doctor                check this machine and a running server        体检
       ./liuhen doctor --device ID    what a terminal (id or number) has sent wrongly, where it was
                                      last, and in which profile its frames make sense  设备诊断
Changes nothing. Exit 0 when nothing is missing, 1 otherwise. Lines of the first form begin with ok,
note (worth knowing) or MISSING. The second asks the running server as the operator: with the token
of the last up, or LIUHEN_TOKEN.
HELP
}

doctor_ok() { printf '  ok       %s\n' "$1"; }
doctor_note() { printf '  note     %s\n' "$1"; }

# doctor_missing WHAT HOW-TO-MEND
doctor_missing() {
    printf '  MISSING  %s\n           -> %s\n' "$1" "$2"
    doctor_faults=$((doctor_faults + 1))
}

command_doctor() {
    if [[ ${1:-} == --device ]]; then
        shift
        command_device "$@"
        return
    fi
    [[ $# -eq 0 ]] || die 2 "doctor takes no options" "doctor 没有参数"
    doctor_faults=0
    doctor_system
    doctor_packages
    doctor_room
    doctor_ports
    doctor_build
    doctor_cluster
    doctor_server
    doctor_nightly
    if [[ $doctor_faults -eq 0 ]]; then
        say "Nothing is missing." "一切正常"
        return 0
    fi
    say "$doctor_faults missing." "有缺失项"
    return 1
}

doctor_system() {
    local ID='' VERSION_ID='' PRETTY_NAME='an unknown system' year
    # shellcheck disable=SC1091 # not part of this repository
    [[ ! -r /etc/os-release ]] || . /etc/os-release
    if [[ $ID == debian && $VERSION_ID == 12 ]]; then
        doctor_ok "$PRETTY_NAME"
    else
        doctor_missing "Debian 12 (this is $PRETTY_NAME)" \
            "use it, or install what scripts/packages.txt names and set LIUHEN_SKIP_PACKAGES=1"
    fi
    year=$(date +%Y)
    if [[ $year -ge 2025 && $year -lt 2100 ]]; then
        doctor_ok "the clock says $(date -u +%FT%TZ)"
    else
        doctor_missing "a right clock (it says $(date -u +%FT%TZ))" \
            "set it: positions from the future and from long ago are not believed"
    fi
    if [[ $(ulimit -Hn) == unlimited || $(ulimit -Hn) -ge 20000 ]]; then
        doctor_ok "up to $(ulimit -Hn) open files"
    else
        doctor_note "only $(ulimit -Hn) open files: fewer devices than 18,000 can connect; \
raise it with LimitNOFILE= or in /etc/security/limits.conf"
    fi
}

doctor_packages() {
    local section missing
    for section in build run test; do
        missing=$(packages_missing "$section" | xargs)
        if [[ -z $missing ]]; then
            doctor_ok "packages to $section"
        elif [[ $section == test ]]; then
            doctor_note "packages to test are missing; ./liuhen test installs them: $missing"
        elif [[ $EUID -eq 0 ]] || command -v sudo >/dev/null; then
            doctor_missing "packages to $section: $missing" "./liuhen up installs them"
        else
            doctor_missing "packages to $section: $missing" \
                "as root: apt-get install --no-install-recommends $missing"
        fi
    done
}

doctor_room() {
    local free_mb memory_mb
    free_mb=$(df -Pm "$LIUHEN_ROOT" | awk 'NR == 2 { print $4 }')
    memory_mb=$(awk '/^MemAvailable:/ { printf "%d", $2 / 1024 }' /proc/meminfo)
    if [[ $free_mb -ge 4000 ]]; then
        doctor_ok "$free_mb MB of disk free"
    else
        doctor_missing "disk: $free_mb MB free" "make 4 GB free on $LIUHEN_ROOT"
    fi
    if [[ $memory_mb -ge 1500 ]]; then
        doctor_ok "$memory_mb MB of memory free"
    else
        doctor_missing "memory: $memory_mb MB free" "a compiler and PostgreSQL want 1.5 GB"
    fi
}

doctor_ports() {
    local port
    if noted_process up >/dev/null 2>&1; then
        doctor_ok "up is running; it holds its ports"
        return 0
    fi
    for port in 8080 7808 7809; do
        if port_taken "$port"; then
            doctor_note "port $port is taken by another program; up will use the next free one"
        else
            doctor_ok "port $port is free"
        fi
    done
}

doctor_build() {
    if [[ -x $(build_folder release)/liuhen-server ]]; then
        doctor_ok "the programs are built"
    else
        doctor_note "the programs are not built yet; ./liuhen up does it"
    fi
}

doctor_cluster() {
    if [[ ! -e $LIUHEN_VAR ]]; then
        doctor_note "no database yet; ./liuhen up makes it"
        return 0
    fi
    if [[ ! -r $LIUHEN_VAR || ! -w $LIUHEN_LOG ]]; then
        doctor_missing "the right to $LIUHEN_VAR" \
            "run as $(stat -L -c %U "$LIUHEN_VAR") or with sudo"
        return 0
    fi
    choose_service
    cluster_use "$(readlink -f "$LIUHEN_VAR")"
    if [[ ! -e $cluster_data/PG_VERSION ]]; then
        doctor_note "no database yet; ./liuhen up makes it"
    elif ! cluster_running; then
        doctor_note "the database is stopped; ./liuhen up starts it"
    else
        doctor_ok "the database runs as $(id -un "$service_uid") at $cluster_socket"
        doctor_migrations
        doctor_storage
    fi
}

# doctor_migrations: whether each file of sql/ is applied in the database of the last up.
doctor_migrations() {
    local database applied files
    database=$(cat "$LIUHEN_VAR/run/database" 2>/dev/null || echo liuhen)
    files=$(find "$LIUHEN_ROOT/sql" -name '[0-9]*.sql' | wc -l)
    applied=$(cluster_psql liuhen_owner "$database" -At \
        -c "select count(*) from schema_migrations" 2>/dev/null || echo 0)
    if [[ $applied -ge $files ]]; then
        doctor_ok "$applied of $files migrations applied in $database"
    else
        doctor_missing "migrations: $applied of $files applied in $database" "run ./liuhen up"
    fi
}

# doctor_storage: partitions ahead, rows that found none, rows that wait to be packed, dead rows, and
# the archive of the log.
doctor_storage() {
    local database days elsewhere oldest hot cold frames dead failed
    database=$(cat "$LIUHEN_VAR/run/database" 2>/dev/null || echo liuhen)
    IFS='|' read -r days elsewhere oldest hot cold frames dead < <(cluster_psql liuhen_owner \
        "$database" -At -c "select days_ahead, rows_elsewhere, coalesce(oldest_hot::text, ''),
            pg_size_pretty(hot_bytes), pg_size_pretty(cold_bytes), pg_size_pretty(frame_bytes),
            round(dead_share * 100) from storage_state(now())" 2>/dev/null || true)
    [[ -n ${days:-} ]] || return 0
    doctor_ok "positions take $hot as rows and $cold packed, raw frames $frames"
    if [[ $days -ge 2 ]]; then
        doctor_ok "partitions for $days days from today on"
    elif noted_process server >/dev/null 2>&1; then
        doctor_missing "partitions of positions: $days days from today on" \
            "the server makes them each hour; its log says why not (server.partitions)"
    else
        doctor_note "partitions for $days days from today on; the server makes them when it runs"
    fi
    [[ $elsewhere -eq 0 ]] || doctor_note "$elsewhere positions lie in no partition of their day \
(device clocks that are wrong, or a missing partition); they are kept and read all the same"
    [[ -z $oldest || $oldest > $(date -u -d '-30 days' +%F) ]] ||
        doctor_note "positions of $oldest are not packed yet; storage.packed in the server's log \
says how far it is"
    [[ ${dead%.*} -lt 30 ]] || doctor_note "$dead % of the rows of positions are dead; VACUUM, or \
look for a transaction that never ends (pg_stat_activity)"
    failed=$(cluster_psql liuhen_owner "$database" -At -c "select last_failed_wal from pg_stat_archiver
        where last_failed_time > coalesce(last_archived_time, '-infinity')" 2>/dev/null || true)
    [[ -z $failed ]] || doctor_missing "an archive of the log ($failed did not get there)" \
        "make room in the folder of the last backup, or take a new one: ./liuhen backup FOLDER"
}

# doctor_national HTTP: what waits for the national system; nothing where none is told.
doctor_national() {
    local said
    said=$(curl -sS -m 3 --noproxy '*' "http://$1/readyz" 2>/dev/null |
        jq -r '.checks.national // empty | "\(.ok) \(.detail)"' 2>/dev/null || true)
    case $said in
    "true "*) doctor_ok "reports to the national system: ${said#true }" ;;
    "false "*) doctor_note "reports to the national system: ${said#false }; \
GET /v1/national-reports?status=FAILED says why" ;;
    esac
}

# doctor_nightly: when the long checks last ran, and what they found.
doctor_nightly() {
    local file told
    file=$(nightly_file)
    told=$(nightly_told "$file")
    if [[ $told == *FAILED* ]]; then
        doctor_missing "${told}" "./liuhen nightly STEP runs one again"
    elif nightly_is_old "$file"; then
        doctor_note "$told; ./liuhen nightly runs them"
    else
        doctor_ok "$told"
    fi
}

doctor_server() {
    local http answer
    if ! noted_process server >/dev/null 2>&1; then
        doctor_note "the server is not running; ./liuhen up starts it"
        return 0
    fi
    http=$(jq -r .http "$LIUHEN_VAR/endpoints.json" 2>/dev/null || echo 127.0.0.1:8080)
    answer=$(curl -sS -m 3 --noproxy '*' -o /dev/null -w '%{http_code}' "http://$http/readyz" \
        2>/dev/null || true)
    if [[ $answer == 200 ]]; then
        doctor_ok "the server at http://$http is ready"
        doctor_national "$http"
    else
        doctor_missing "a ready server at http://$http (/readyz answers ${answer:-nothing})" \
            "curl http://$http/readyz says which part is not; log: var/log/server.log"
    fi
}
