# shellcheck shell=bash
# Debian packages: one list, scripts/packages.txt; root rights are used here and nowhere else.

# packages_in SECTION...: the names listed under those sections, one a line.
packages_in() {
    awk -v wanted=" $* " '
        { sub(/#.*/, ""); gsub(/[ \t]/, "") }
        /^\[.*\]$/ { inside = index(wanted, " " substr($0, 2, length($0) - 2) " "); next }
        inside && $0 != "" { print }' "$LIUHEN_ROOT/scripts/packages.txt"
}

# packages_missing SECTION...: those of them that are not installed.
packages_missing() {
    local wanted
    wanted=$(packages_in "$@")
    # dpkg-query fails when a name is unknown to it; what it does not print is missing.
    # shellcheck disable=SC2086 # names hold no spaces
    { dpkg-query -W -f '${binary:Package} ${Status}\n' $wanted 2>/dev/null || true; } |
        awk -v wanted="$wanted" '
            / ok installed$/ { sub(/:.*/, "", $1); here[$1] = 1 }
            END { n = split(wanted, names, "\n")
                  for (i = 1; i <= n; i++) if (!(names[i] in here)) print names[i] }'
}

# need_packages SECTION...: installs what is missing, or says plainly why it cannot.
need_packages() {
    [[ -z ${LIUHEN_SKIP_PACKAGES:-} ]] || return 0
    need_debian
    local missing
    missing=$(packages_missing "$@")
    [[ -n $missing ]] || return 0
    # shellcheck disable=SC2086 # names hold no spaces
    packages_install $missing
    missing=$(packages_missing "$@" | xargs)
    [[ -z $missing ]] || die 1 "still not installed: $missing" "仍未安装"
}

# need_debian: the package names are Debian 12's; on another system nothing is installed.
need_debian() {
    local ID='' VERSION_ID='' PRETTY_NAME='an unknown system'
    # shellcheck disable=SC1091 # not part of this repository
    [[ ! -r /etc/os-release ]] || . /etc/os-release
    [[ $ID == debian && $VERSION_ID == 12 ]] ||
        die 1 "Liuhen installs its packages on Debian 12; this is $PRETTY_NAME. Install what \
scripts/packages.txt names and set LIUHEN_SKIP_PACKAGES=1." "仅支持 Debian 12 自动安装"
}

# as_root COMMAND...: runs it with root rights, by sudo when we are not root.
as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

# packages_install NAME...: apt-get with progress; a fresh index only when the old one lacks a name.
packages_install() {
    local log=$LIUHEN_LOG/packages.log
    [[ $EUID -eq 0 ]] || command -v sudo >/dev/null ||
        die 1 "these packages are missing and installing needs root or sudo: $*" "需要 root 或 sudo"
    say "Installing $# packages and what they need" "正在安装软件包"
    : >"$log"
    packages_no_stray_cluster
    packages_known "$@" || packages_refresh "$log"
    packages_apt "$log" install -y --no-install-recommends "$@" || {
        packages_refresh "$log" # an index from last month names files that are gone
        packages_apt "$log" install -y --no-install-recommends "$@"
    } || {
        tail_of "$log" 15
        die 1 "apt-get could not install the packages (whole log: $log)" "软件包安装失败"
    }
}

# packages_known NAME...: true when apt's index offers each of them.
packages_known() {
    local name
    for name in "$@"; do
        apt-cache policy "$name" 2>/dev/null | grep 'Candidate: [0-9]' >/dev/null || return 1
    done
}

# packages_refresh LOG: fetches apt's index.
packages_refresh() {
    status "apt-get update"
    packages_apt "$1" update || fault "apt-get update failed; is the network up?" "网络是否可用?"
    say_wipe
}

# packages_no_stray_cluster: Debian starts a server of its own with PostgreSQL unless told not to.
packages_no_stray_cluster() {
    local conf=/etc/postgresql-common/createcluster.conf
    [[ ! -e $conf ]] || return 0
    as_root mkdir -p "${conf%/*}"
    echo "create_main_cluster = false" | as_root tee "$conf" >/dev/null
}

# packages_apt LOG ARGUMENT...: one apt-get run, its output in LOG, its progress on the screen.
packages_apt() {
    local log=$1 line done=0 total=0
    shift
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1 |
        while IFS= read -r line; do
            printf '%s\n' "$line" >>"$log"
            case $line in
                *" newly installed,"*)
                    [[ ! $line =~ ([0-9]+)\ newly ]] || total=${BASH_REMATCH[1]}
                    ;;
                Get:*) status "fetching ${line#Get:}" ;;
                Unpacking*) done=$((done + 1)) && status "unpacking $done of $total" ;;
                "Setting up"*) status "${line,}" ;;
            esac
        done
    local code=${PIPESTATUS[0]}
    say_wipe
    return "$code"
}
