# shellcheck shell=bash
# `./liuhen backup` and `./liuhen restore`: a base backup and every log file since, in a folder; the
# database as it was at any moment after that backup.

help_backup() {
    cat <<'HELP'
usage: ./liuhen backup FOLDER [--keep N]                              备份数据库
  A whole copy of the database that up started, in FOLDER/base-TIME, and from the first time on every
  log file of PostgreSQL in FOLDER/wal, each minute at the latest. The server goes on meanwhile.
  FOLDER belongs on another disk, best on another machine; it is made when missing.
  --keep N   newest copies that stay, 2 by default; older ones go, and log files that no copy needs
  Not in it: var/*.key, var/anchors and files outside of the database: copy them too
  (docs/operations.md).
Exit 0 when the copy is complete and its last log file has arrived, 1 otherwise.
HELP
}

help_restore() {
    cat <<'HELP'
usage: ./liuhen restore FOLDER [--to TIME] [--yes]                    恢复数据库
  The database as it was at TIME (2026-03-01T12:00:00Z), or at the newest moment that FOLDER knows.
  The newest copy before TIME is taken, then the log is repeated up to it. The server must be
  stopped (./liuhen down); the present data is kept beside, in var/postgres.before-NOW.
Exit 0 restored and running; start the server with ./liuhen up.
HELP
}

command_backup() {
    local folder='' keep=2
    while [[ $# -gt 0 ]]; do
        case $1 in
            --keep)
                [[ ${2:-} =~ ^[1-9][0-9]{0,2}$ ]] || die 2 "--keep needs a number" "--keep 缺少数字"
                keep=$2
                shift
                ;;
            -*) die 2 "backup does not know $1; see --help" "未知参数" ;;
            *) folder=$1 ;;
        esac
        shift
    done
    [[ -n $folder ]] || die 2 "backup needs a folder; see --help" "缺少目录"
    backup_cluster
    cluster_running || die 1 "the database is not running; start it with ./liuhen up" "数据库未运行"
    backup_take "$folder" "$keep"
}

command_restore() {
    local folder='' moment='' sure=no
    while [[ $# -gt 0 ]]; do
        case $1 in
            --to)
                moment=$(backup_moment "${2:-}")
                shift
                ;;
            --yes) sure=yes ;;
            -*) die 2 "restore does not know $1; see --help" "未知参数" ;;
            *) folder=$1 ;;
        esac
        shift
    done
    [[ -n $folder ]] || die 2 "restore needs a folder; see --help" "缺少目录"
    backup_cluster
    ! noted_process server >/dev/null 2>&1 || die 1 "stop the server first: ./liuhen down" "请先停止服务"
    [[ $sure == yes ]] || agree "Put the backup in place of the present database?" "用备份替换当前数据库?" ||
        die 1 "nothing was restored" "未恢复"
    backup_restore "$folder" "$moment"
    say "Restored; the former data is in $backup_aside." "已恢复"
}

# backup_cluster: the cluster of the last up is the one spoken of.
backup_cluster() {
    [[ -e $LIUHEN_VAR ]] || die 1 "there is no database yet; ./liuhen up makes it" "数据库尚未建立"
    make_var
    choose_service
    cluster_use "$(readlink -f "$LIUHEN_VAR")"
}

# backup_moment TIME: as file names have it, 20260301T120000Z.
backup_moment() {
    [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$ ]] ||
        die 2 "--to needs a time like 2026-03-01T12:00:00Z" "--to 时间格式错误"
    printf '%s' "$1"
}

# backup_take FOLDER KEEP: archiving runs afterwards, and there is one more copy.
backup_take() {
    mkdir -p "$1"
    local folder name
    folder=$(cd -P "$1" && pwd)
    [[ $folder != *[\'%\\$'\n']* ]] || die 2 "such a name of a folder is not possible: $folder" "目录名不可用"
    service_folder "$folder" 0700
    service_folder "$folder/wal" 0700
    printf '%s\n' "$folder" | cluster_write liuhen.backup
    cluster_archive
    cluster_psql postgres template1 -Atc "select pg_reload_conf()" >/dev/null
    [[ $(cluster_psql postgres template1 -Atc "show archive_mode") == on ]] ||
        die 1 "the database runs without an archive; restart it: ./liuhen down && ./liuhen up" "请重启数据库"
    name=base-$(date -u +%Y%m%dT%H%M%SZ)
    as_service "$cluster_bin/pg_basebackup" -h "$cluster_socket" -U postgres -D "$folder/$name.new" \
        -X none -c fast >>"$cluster_log" 2>&1 || {
        tail_of "$cluster_log" 5
        die 1 "the copy failed (log: $cluster_log)" "备份失败"
    }
    backup_await_log "$folder"
    as_service mv "$folder/$name.new" "$folder/$name"
    backup_forget "$folder" "$2"
    say "$folder/$name, $(du -sh "$folder/$name" | cut -f1); log files: $(find "$folder/wal" -type f | wc -l)" "备份完成"
}

# backup_await_log FOLDER: the log file that is being written is closed, and has arrived there.
backup_await_log() {
    local last tries
    last=$(cluster_psql postgres template1 -Atc "select pg_walfile_name(pg_switch_wal())")
    for ((tries = 0; tries < 600; tries++)); do
        [[ ! -e $1/wal/$last ]] || return 0
        sleep 0.1
    done
    die 1 "log file $last has not arrived in $1/wal (log: $cluster_log)" "日志未归档"
}

# backup_forget FOLDER KEEP: older copies go, and the log files that only they needed.
backup_forget() {
    local copy oldest
    find "$1" -mindepth 1 -maxdepth 1 -name 'base-*Z' | sort -r | tail -n "+$(($2 + 1))" |
        while read -r copy; do as_service rm -rf "$copy"; done
    oldest=$(find "$1" -mindepth 1 -maxdepth 1 -name 'base-*Z' | sort | head -n 1)
    oldest=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
    as_service "$cluster_bin/pg_archivecleanup" "$1/wal" "$oldest" >>"$cluster_log" 2>&1 ||
        fault "old log files were not removed (log: $cluster_log)" "旧日志未删除"
}

# backup_restore FOLDER [TIME]: the cluster runs with the data of that moment; sets backup_aside.
backup_restore() {
    local folder copy
    folder=$(cd -P "$1" && pwd)
    copy=$(find "$folder" -mindepth 1 -maxdepth 1 -name 'base-*Z' | sort |
        awk -v until="base-$(printf '%s' "${2:-9999}" | tr -d ':-')" -F/ '$NF <= until' | tail -n 1)
    [[ -n $copy ]] || die 1 "$folder has no copy from before ${2:-now}" "没有可用的备份"
    cluster_stop
    backup_aside=$cluster_data.before-$(date -u +%Y%m%dT%H%M%SZ)
    [[ ! -e $cluster_data ]] || mv "$cluster_data" "$backup_aside"
    as_service cp -a "$copy" "$cluster_data"
    rm -f "$cluster_data/liuhen.backup" # what it archived is another history from here on
    cluster_socket_folder
    cluster_configure safe
    backup_recovery "$folder" "${2:-}" | as_service sh -c "cat >>'$cluster_data/postgresql.auto.conf'"
    as_service touch "$cluster_data/recovery.signal"
    cluster_launch
    backup_await_end
    cluster_stop
    cluster_start
}

# backup_recovery FOLDER TIME: the settings of PostgreSQL for it.
backup_recovery() {
    printf "restore_command = 'cp \"%s/wal/%%f\" \"%%p\"'\n" "$1"
    printf "recovery_target_action = 'promote'\narchive_command = '/bin/true'\n"
    local utc=${2/T/ }
    [[ -z $2 ]] || printf "recovery_target_time = '%s+00'\n" "${utc%Z}"
}

backup_await_end() {
    local give_up=$((SECONDS + 3600))
    until [[ $(cluster_psql postgres template1 -Atc "select pg_is_in_recovery()" 2>/dev/null) == f ]]; do
        cluster_running && [[ $SECONDS -lt $give_up ]] || {
            tail_of "$cluster_log" 15
            die 1 "the log could not be repeated up to that moment (log: $cluster_log); the former \
data is in $backup_aside" "恢复失败"
        }
        sleep 0.2
    done
}
