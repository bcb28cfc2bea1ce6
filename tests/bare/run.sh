#!/usr/bin/env bash
# Proves the README's two commands where nothing is installed: a bare Debian 12 tree with git and
# certificates only, entered by chroot. Prints how long each step took.
#
#   tests/bare/run.sh [--keep] [--no-test] [FOLDER]
#     --keep      leave the tree for a look inside; otherwise it is removed
#     --no-test   without `./liuhen test`
#     FOLDER      where to make it (default: a new one below /var/tmp; needs 5 GB)
#
# Needs root, mmdebstrap and a package mirror: apt's sources on this machine are used inside. What
# is committed is what is tried. Ports 8080, 7808 and 7809 of this machine are used when free.
set -euo pipefail
source_folder=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
keep=no with_tests=yes tree=''
while [[ $# -gt 0 ]]; do
    case $1 in
        --keep) keep=yes ;;
        --no-test) with_tests=no ;;
        --help | -h) sed -n '2,12s/^# \{0,1\}//p' "$0" && exit 0 ;;
        *) tree=$1 ;;
    esac
    shift
done
[[ $EUID -eq 0 ]] || { echo "needs root: mounts and chroot" >&2 && exit 1; }
command -v mmdebstrap >/dev/null || { echo "needs mmdebstrap (apt-get install)" >&2 && exit 1; }
[[ -n $tree ]] || tree=$(mktemp -d /var/tmp/liuhen-bare.XXXXXX)
times=()

say() { printf '\n== %s\n' "$*"; }

# timed NAME COMMAND...: runs it and remembers how long it took.
timed() {
    local name=$1 began=$EPOCHREALTIME
    shift
    say "$name"
    "$@"
    times+=("$(awk "BEGIN { printf \"%7.1f s\", $EPOCHREALTIME - $began }")  $name")
}

mount_all() {
    mount -t proc proc "$tree/proc"
    mount -t sysfs -o ro sys "$tree/sys"
    mount -t tmpfs -o mode=0755,nosuid dev "$tree/dev"
    local node
    for node in null zero full random urandom tty; do
        touch "$tree/dev/$node"
        mount --bind "/dev/$node" "$tree/dev/$node"
    done
    mkdir -p "$tree/dev/pts" "$tree/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$tree/dev/pts"
    ln -sf pts/ptmx "$tree/dev/ptmx"
    ln -sf /proc/self/fd "$tree/dev/fd"
    mount -t tmpfs -o mode=1777 shm "$tree/dev/shm"
}

# leave: ends what still runs inside, then unmounts: a mount left behind would outlive the tree.
leave() {
    local code=$? process point
    trap - EXIT
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/root" 2>/dev/null) != "$tree" ]] ||
            kill -KILL "${process#/proc/}" 2>/dev/null || true
    done
    while read -r point; do umount -l "$point"; done < <(
        awk -v tree="$tree/" 'index($2, tree) == 1 { print $2 }' /proc/mounts | sort -r)
    if grep -F " $tree/" /proc/mounts; then
        echo "still mounted: nothing is removed" >&2
    elif [[ $keep == no ]]; then
        rm -rf --one-file-system "$tree"
    else
        echo "the tree is kept: $tree"
    fi
    exit "$code"
}

inside() { chroot "$tree" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

# The tree: Debian's essential packages and apt, git, certificates. Its sources are this machine's
# Debian sources; other archives that this machine may use are left out.
make_tree() {
    mmdebstrap --quiet --variant=minbase --include=git,ca-certificates bookworm "$tree"
    chmod 0755 "$tree"
    cp /etc/resolv.conf /etc/hosts "$tree/etc/" 2>/dev/null || true
    if [[ -r /etc/apt/sources.list.d/debian.sources ]]; then
        cp /etc/apt/sources.list.d/debian.sources "$tree/etc/apt/sources.list.d/"
        : >"$tree/etc/apt/sources.list"
    fi
    find /etc/apt/apt.conf.d -type f -print0 | while IFS= read -r -d '' conf; do
        ! grep -qiE 'proxy|acquire' "$conf" || cp "$conf" "$tree/etc/apt/apt.conf.d/"
    done
    [[ ! -d /usr/local/share/ca-certificates ]] ||
        cp -r /usr/local/share/ca-certificates "$tree/usr/local/share/"
    inside update-ca-certificates >/dev/null 2>&1 || true
}

prove_bare() {
    local tool
    for tool in g++ cmake psql postgres curl jq sudo; do
        ! inside sh -c "command -v $tool" || { echo "$tool is inside: not bare" >&2 && return 1; }
    done
}

clone() {
    git clone -q --no-hardlinks "$source_folder" "$tree/root/liuhen"
    git -C "$tree/root/liuhen" log -1 --format='%h %s'
}

# up_until_alert LOG: runs `up` until its first alert, and sets ready_after and alert_after.
up_until_alert() {
    local log=$1 began=$SECONDS give_up=$((SECONDS + 1800)) running
    ready_after='' alert_after=''
    : >"$log"
    inside /root/liuhen/liuhen up >"$log" 2>&1 &
    running=$!
    while [[ -z $alert_after ]]; do
        kill -0 "$running" 2>/dev/null && [[ $SECONDS -lt $give_up ]] || {
            tail -n 40 "$log"
            return 1
        }
        if [[ -z $ready_after ]] && grep 'is ready after' "$log" >/dev/null; then
            ready_after=$((SECONDS - began))
        fi
        [[ -z $ready_after ]] || ! grep 'First alert' "$log" >/dev/null ||
            alert_after=$((SECONDS - began - ready_after))
        sleep 0.2
    done
    cat "$log"
    inside /root/liuhen/liuhen down
    wait "$running" || true
    prove_quiet
}

# prove_quiet: after `down` nothing of ours runs any more.
prove_quiet() {
    local process name
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/root" 2>/dev/null) == "$tree" ]] || continue
        name=$(tr '\0' ' ' <"$process/cmdline")
        [[ -z $name ]] || { echo "still running after down: $name" >&2 && return 1; }
    done
}

first_up() {
    up_until_alert "$tree/first.log"
    times+=("$ready_after s until ready, first alert $alert_after s later (first up)")
}

second_up() {
    up_until_alert "$tree/second.log"
    times+=("$ready_after s until ready, first alert $alert_after s later (second up)")
    [[ $ready_after -lt 10 ]] || { echo "the second up took 10 s or more" >&2 && return 1; }
}

trap leave EXIT
trap 'exit 130' INT TERM
timed "a bare Debian 12 tree" make_tree
mount_all
prove_bare
timed "git clone" clone
timed "./liuhen up, the first time, until the first alert; down" first_up
timed "./liuhen up, the second time, until the first alert; down" second_up
inside /root/liuhen/liuhen doctor
[[ $with_tests == no ]] || timed "./liuhen test" inside /root/liuhen/liuhen test
say "times on $(nproc) processors"
printf '%s\n' "${times[@]}"
