# shellcheck shell=bash
# A bare Debian 12 tree in the folder $tree, entered by chroot. Sourced by run.sh and package.sh,
# which set keep (yes or no) and tree (empty: a new one below /var/tmp) before.

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
