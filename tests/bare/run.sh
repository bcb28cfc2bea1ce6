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

# shellcheck source=tree.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/tree.sh"

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
