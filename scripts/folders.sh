# shellcheck shell=bash
# Where things live while Liuhen runs, and who owns them.
#
# Everything is under ./var. PostgreSQL refuses to run as root, so for root the data belongs to the
# system user `liuhen`. That user cannot enter a checkout below a closed folder such as /root; then
# ./var is a link to /var/lib/liuhen/<hash of the path>, and the programs are copied there to be
# run.

LIUHEN_VAR=$LIUHEN_ROOT/var
LIUHEN_LOG=$LIUHEN_VAR/log
liuhen_hash=$(printf '%s' "$LIUHEN_ROOT" | sha256sum | cut -c1-12)

# open_to_all FOLDER: true when any user may pass through FOLDER and every folder above it.
open_to_all() {
    local folder=$1 mode
    while :; do
        mode=$(stat -L -c %a "$folder") || return 1
        (((8#${mode: -1} & 1) == 1)) || return 1
        [[ $folder != / ]] || return 0
        folder=$(dirname "$folder")
    done
}

# make_var: ./var and ./var/log are there afterwards.
make_var() {
    if [[ ! -e $LIUHEN_VAR ]]; then
        rm -f "$LIUHEN_VAR" # a link whose target was removed
        if [[ $EUID -eq 0 ]] && ! open_to_all "$LIUHEN_ROOT"; then
            mkdir -p "/var/lib/liuhen/$liuhen_hash"
            ln -s "/var/lib/liuhen/$liuhen_hash" "$LIUHEN_VAR"
        else
            mkdir "$LIUHEN_VAR"
        fi
    fi
    mkdir -p "$LIUHEN_LOG" 2>/dev/null && [[ -w $LIUHEN_LOG ]] ||
        die 1 "$LIUHEN_VAR belongs to $(stat -L -c %U "$LIUHEN_VAR"); run this as that user or \
with sudo" "无权写入 var"
}

# choose_service: sets service_uid and service_gid, the identity that owns data and runs servers:
# the caller, or for root the owner of existing data, or the system user `liuhen`, made if missing.
choose_service() {
    service_uid=$EUID service_gid=$(id -g)
    [[ $EUID -eq 0 ]] || return 0
    local owner
    owner=$(stat -L -c %u "$LIUHEN_VAR/postgres" 2>/dev/null || echo 0)
    if [[ $owner -eq 0 ]]; then
        id liuhen >/dev/null 2>&1 ||
            useradd --system --user-group --no-create-home --home-dir /nonexistent \
                --shell /usr/sbin/nologin liuhen ||
            die 1 "could not make the system user liuhen" "无法创建系统用户 liuhen"
        owner=$(id -u liuhen)
    fi
    service_uid=$owner service_gid=$(getent passwd "$owner" | cut -d: -f4)
}

# as_service COMMAND...: runs it as the service identity, from / since it may not see our folder.
as_service() (
    cd /
    if [[ $EUID -ne $service_uid ]]; then
        exec setpriv --reuid "$service_uid" --regid "$service_gid" --clear-groups -- \
            env HOME=/nonexistent "$@"
    fi
    exec "$@"
)

# spawn_as_service LOG COMMAND...: starts it in a session of its own, out of reach of the terminal's
# Ctrl-C; sets spawned_pid. With spawn_tied=yes the kernel ends it should we be killed.
spawn_as_service() {
    local log=$1 options=()
    shift
    [[ $EUID -eq $service_uid ]] ||
        options+=(--reuid "$service_uid" --regid "$service_gid" --clear-groups)
    [[ ${spawn_tied:-no} == no ]] || options+=(--pdeathsig TERM)
    (
        [[ -z ${up_turn:-} ]] || exec {up_turn}>&- # or it would hold the lock after our end
        cd /
        exec setsid setpriv "${options[@]}" -- "$@" </dev/null >>"$log" 2>&1
    ) &
    spawned_pid=$!
}

# service_folder PATH [MODE]: a folder owned by the service identity.
service_folder() {
    mkdir -p "$1"
    [[ $EUID -ne 0 ]] || chown "$service_uid:$service_gid" "$1"
    chmod "${2:-0755}" "$1"
}

# place_programs BUILD: where the service identity finds programs, sql and scenarios: the checkout
# itself when it can be entered, else a copy under ./var. Sets program_folder and asset_folder.
place_programs() {
    program_folder=$1 asset_folder=$LIUHEN_ROOT
    if as_service test -x "$1/liuhen-server" -a -r "$LIUHEN_ROOT/sql"; then return 0; fi
    program_folder=$(readlink -f "$LIUHEN_VAR")/program
    asset_folder=$program_folder
    rm -rf "$program_folder.new"
    mkdir -p "$program_folder.new/simulators"
    cp "$1"/liuhen-* "$program_folder.new/"
    cp -r "$LIUHEN_ROOT/sql" "$program_folder.new/"
    [[ ! -d $LIUHEN_ROOT/simulators/demo ]] ||
        cp -r "$LIUHEN_ROOT/simulators/demo" "$program_folder.new/simulators/"
    [[ ! -d $LIUHEN_ROOT/docs ]] || cp -r "$LIUHEN_ROOT/docs" "$program_folder.new/"
    chmod -R a+rX "$program_folder.new"
    rm -rf "$program_folder"
    mv "$program_folder.new" "$program_folder"
}
