# shellcheck shell=bash
# A private PostgreSQL 15 + PostGIS cluster: unix socket only, no TCP port, never run as root.
# Needs folders.sh and choose_service first. `cluster_use FOLDER` names the cluster that the other
# functions speak of; ./var and the tests' scratch clusters are started by the same code.
#
# Sign-in is by `peer` through a map: the service identity, root and the caller may take the roles
#   postgres       makes databases, and nothing else of ours
#   liuhen_owner   owns the tables and migrates them
#   liuhen_core    the device side of the server
#   liuhen_http    its HTTP side; sees rows only through row-level security
#   liuhen_reader  looks and no more

cluster_roles="postgres liuhen_owner liuhen_core liuhen_http liuhen_reader"

# cluster_use FOLDER: data in FOLDER/postgres, log in FOLDER/log, socket in FOLDER/socket.
cluster_use() {
    cluster_folder=$1
    cluster_data=$1/postgres
    cluster_log=$1/log/postgresql.log
    cluster_socket=$1/socket
    # A socket's path has at most 107 bytes, and libpq splits a host at commas and spaces.
    if [[ ${#cluster_socket} -gt 85 || $cluster_socket =~ [^A-Za-z0-9_./+-] ]]; then
        local hash
        hash=$(printf '%s' "$1" | sha256sum | cut -c1-12)
        cluster_socket=/tmp/liuhen-$service_uid-$hash
    fi
    cluster_bin=/usr/lib/postgresql/15/bin
    [[ -x $cluster_bin/postgres ]] || cluster_bin=$(pg_config --bindir 2>/dev/null || true)
}

# cluster_conninfo ROLE [DATABASE]: how that role connects, for libpq. ROLE may be empty: the
# server's program picks the role for each of its connections itself.
cluster_conninfo() {
    printf 'host=%s dbname=%s' "$cluster_socket" "${2:-liuhen}"
    [[ -z $1 ]] || printf ' user=%s' "$1"
}

# cluster_processes: the ids of every PostgreSQL process of this data folder; each has it as its
# cwd. By the folder's number, not by its name: in a container another folder may have the name.
cluster_processes() {
    local folder at cwd process
    folder=$(stat -L -c %d:%i "$cluster_data" 2>/dev/null) || return 0
    { stat -L -c '%d:%i %n' /proc/[0-9]*/cwd 2>/dev/null || true; } | while read -r at cwd; do
        process=${cwd%/cwd}
        [[ $at != "$folder" || $(readlink "$process/exe" 2>/dev/null) != */postgres* ]] ||
            printf '%s\n' "${process#/proc/}"
    done
}

# cluster_running: true when its postmaster is alive, whatever postmaster.pid says.
cluster_running() {
    local pid
    pid=$(head -n1 "$cluster_data/postmaster.pid" 2>/dev/null) || return 1
    [[ -n $pid ]] && cluster_processes | grep -x "$pid" >/dev/null
}

# cluster_fell: true when the postmaster that was started is gone. Cheap enough for each second.
cluster_fell() {
    local pid=''
    read -r pid 2>/dev/null <"$cluster_data/postmaster.pid" || true
    [[ -z $pid || ! -e /proc/$pid ]]
}

# cluster_psql ROLE DATABASE ARGUMENT...: psql as the service identity, quiet, stopping at errors.
cluster_psql() {
    local role=$1 database=$2
    shift 2
    as_service psql -X -q -v ON_ERROR_STOP=1 -h "$cluster_socket" -U "$role" -d "$database" "$@"
}

# cluster_start [fast]: there is a running, prepared cluster afterwards. `fast` gives up safety
# against power loss, for tests that throw it away.
cluster_start() {
    [[ -x $cluster_bin/postgres ]] ||
        die 1 "PostgreSQL 15 is not installed; ./liuhen up installs it" "未安装 PostgreSQL 15"
    mkdir -p "$cluster_folder/log"
    keep_small "$cluster_log"
    cluster_socket_folder
    [[ -e $cluster_data/PG_VERSION ]] || cluster_create
    cluster_configure "${1:-safe}"
    if ! cluster_running; then
        cluster_clear_stale
        cluster_launch
    fi
    cluster_prepare
}

# cluster_socket_folder: the socket's folder, ours alone. One in /tmp that someone else made is
# refused, since who owns it could listen in our place.
cluster_socket_folder() {
    mkdir -p "$cluster_folder" && mkdir -m 0700 "$cluster_socket" 2>/dev/null || true
    [[ $EUID -ne 0 || -L $cluster_socket || $(stat -c %u "$cluster_socket") -ne 0 ]] ||
        chown "$service_uid:$service_gid" "$cluster_socket"
    [[ ! -L $cluster_socket && $(stat -c %u "$cluster_socket") -eq $service_uid ]] ||
        die 1 "$cluster_socket belongs to someone else; remove it first" "套接字目录属于他人"
}

# cluster_create: initdb into a folder that gets its name only when it is complete.
cluster_create() {
    service_folder "$cluster_folder/postgres.new" 0700
    find "$cluster_folder/postgres.new" -mindepth 1 -delete
    as_service "$cluster_bin/initdb" -D "$cluster_folder/postgres.new" -U postgres \
        --auth=peer --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-instructions \
        >>"$cluster_log" 2>&1 || {
        tail_of "$cluster_log" 15
        die 1 "initdb failed (log: $cluster_log)" "数据库初始化失败"
    }
    rm -rf "$cluster_data"
    mv "$cluster_folder/postgres.new" "$cluster_data"
}

# cluster_configure SAFETY: settings and sign-in rules, written anew at each start.
cluster_configure() {
    local user role rules fsync=on connections=60
    [[ $1 != fast ]] || fsync=off connections=250 # several suites and their servers share it
    rules=$(for user in $(id -un "$service_uid") root "$(id -un)"; do
        for role in $cluster_roles; do printf 'liuhen %s %s\n' "$user" "$role"; done
    done | sort -u)
    printf '%s\n' "$rules" | cluster_write pg_ident.conf
    printf 'local %s all peer map=liuhen\n' all replication | cluster_write pg_hba.conf
    cluster_write postgresql.auto.conf <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$cluster_socket'
unix_socket_permissions = 0700
fsync = $fsync
synchronous_commit = on
full_page_writes = $fsync
max_connections = $connections
shared_buffers = '256MB'
max_wal_size = '1GB'
wal_compression = lz4
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
log_min_duration_statement = '1s'
archive_mode = $fsync
archive_timeout = '60s'
include_if_exists = 'liuhen.archive.conf'
SETTINGS
    cluster_archive
}

# cluster_archive: log files go to the folder of the last backup; nowhere before there was one.
cluster_archive() {
    local folder command=/bin/true
    folder=$(cat "$cluster_data/liuhen.backup" 2>/dev/null || true)
    # Whole or not at all, and never over another file of that name.
    [[ -z $folder ]] || command="test ! -e \"$folder/wal/%f\" && cp \"%p\" \"$folder/wal/%f.new\" \
&& sync \"$folder/wal/%f.new\" && mv \"$folder/wal/%f.new\" \"$folder/wal/%f\""
    printf "archive_command = '%s'\n" "$command" | cluster_write liuhen.archive.conf
}

# cluster_write NAME: standard input becomes that file of the data folder.
cluster_write() {
    # shellcheck disable=SC2016 # expanded by the inner shell
    as_service sh -c 'umask 077 && cat >"$1.new" && mv "$1.new" "$1"' sh "$cluster_data/$1"
}

# cluster_clear_stale: after kill -9 or a power cut postmaster.pid may name a process that is not
# ours any more. Left-over backends see their parent gone and end; then the files may go.
cluster_clear_stale() {
    local round
    for ((round = 0; round < 100; round++)); do
        [[ -n $(cluster_processes) ]] || break
        sleep 0.1
    done
    local left
    left=$(cluster_processes | xargs)
    # shellcheck disable=SC2086 # process ids
    [[ -z $left ]] || kill -KILL $left 2>/dev/null || true
    rm -f "$cluster_data/postmaster.pid" "$cluster_socket"/.s.PGSQL.5432{,.lock}
}

# cluster_launch: starts the postmaster, in a session of its own, and returns when it takes
# connections. Not by pg_ctl, which cannot quote every path that a folder may have.
cluster_launch() {
    local give_up=$((SECONDS + 120))
    spawn_as_service "$cluster_log" "$cluster_bin/postgres" -D "$cluster_data"
    until as_service "$cluster_bin/pg_isready" -q -h "$cluster_socket" 2>/dev/null; do
        kill -0 "$spawned_pid" 2>/dev/null && [[ $SECONDS -lt $give_up ]] || {
            tail_of "$cluster_log" 15
            die 1 "PostgreSQL did not start (log: $cluster_log)" "数据库无法启动"
        }
        sleep 0.05
    done
}

# cluster_prepare: roles, and the extensions in template1 so that every new database has them.
cluster_prepare() {
    cluster_psql postgres template1 >>"$cluster_log" <<'SQL'
set client_min_messages = warning;
do $$
declare
    who text;
begin
    foreach who in array array['owner', 'core', 'http', 'reader'] loop
        if to_regrole('liuhen_' || who) is null then
            execute format('create role %I login', 'liuhen_' || who);
        end if;
    end loop;
    alter role liuhen_owner createrole createdb;
end $$;
create extension if not exists postgis;
create extension if not exists btree_gist;
SQL
    cluster_database liuhen
}

# cluster_database NAME: that database exists, empty and with PostGIS when it is new.
cluster_database() {
    local found
    found=$(cluster_psql postgres template1 -At \
        -c "select 1 from pg_database where datname = '$1'")
    [[ -n $found ]] || cluster_psql postgres template1 -c "create database $1 owner liuhen_owner"
}

# cluster_drop_database NAME: that database is gone, whoever was connected.
cluster_drop_database() {
    cluster_psql postgres template1 -c "set client_min_messages = warning" \
        -c "drop database if exists $1 with (force)"
}

# cluster_stop: orderly; no process of it is left.
cluster_stop() {
    [[ -e $cluster_data/PG_VERSION ]] || return 0
    ! cluster_running ||
        as_service "$cluster_bin/pg_ctl" -D "$cluster_data" -m fast -w -t 60 -s stop \
            </dev/null >/dev/null 2>&1 ||
        as_service "$cluster_bin/pg_ctl" -D "$cluster_data" -m immediate -w -t 30 -s stop \
            </dev/null >/dev/null 2>&1 || fault "PostgreSQL did not stop" "数据库未能停止"
    [[ $cluster_socket == "$cluster_folder"/* ]] || rm -rf "$cluster_socket"
}
