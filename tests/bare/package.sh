#!/usr/bin/env bash
# Proves the Debian package in a bare Debian 12 tree: installed, set up, served, upgraded over a
# changed setting, removed, purged, with what was stored still there.
#
#   tests/bare/package.sh [--keep] [FOLDER]
#     --keep      leave the tree for a look inside; otherwise it is removed
#     FOLDER      where to make it (default: a new one below /var/tmp; needs 2 GB)
#
# Needs root, mmdebstrap and a package mirror. Builds the package first (`./liuhen package`).
# shellcheck disable=SC2016 # what is in single quotes is expanded inside the tree
set -euo pipefail
source_folder=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
keep=no tree=''
while [[ $# -gt 0 ]]; do
    case $1 in
        --keep) keep=yes ;;
        --help | -h) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit 0 ;;
        *) tree=$1 ;;
    esac
    shift
done
# shellcheck source=tree.sh
. "$source_folder/tests/bare/tree.sh"

wrong() { echo "WRONG: $*" >&2 && exit 1; }

install_package() {
    inside apt-get update -qq
    printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d" # nothing starts by itself here
    chmod 755 "$tree/usr/sbin/policy-rc.d"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        /root/liuhen.deb curl >/dev/null
}

# serve COMMAND: that command inside while the server of the package runs.
serve() {
    inside sh -ec 'set -a; . /etc/liuhen/liuhen.env; set +a; cd /
        setpriv --reuid liuhen --regid liuhen --init-groups -- liuhen-server migrate --sql /usr/share/liuhen/sql >/dev/null
        setpriv --reuid liuhen --regid liuhen --init-groups -- liuhen-server serve 2>/var/log/liuhen-server.log &
        server=$!
        for try in $(seq 300); do
            ! curl -fs -o /dev/null "http://$LIUHEN_HTTP/readyz" || break
            sleep 0.1
        done
        '"$1"'
        kill $server; wait $server'
}

# What is stored of a party that is entered once, read back through the police's eyes of HTTP.
enter_party='token=$(sed -n "s/.*\"operator\": *\"\([^\"]*\)\".*/\1/p" /var/lib/liuhen/endpoints.json)
    curl -fsS -o /dev/null -H "Authorization: Bearer $token" -H "Content-Type: application/json" \
        -d "{\"name\":\"Qingtan Plating\",\"uscc\":\"91331100MA2E0AAA0L\",\"roles\":[\"producer\"],\"division\":\"331102\"}" \
        "http://$LIUHEN_HTTP/v1/parties"'
count_parties='token=$(sed -n "s/.*\"operator\": *\"\([^\"]*\)\".*/\1/p" /var/lib/liuhen/endpoints.json)
    curl -fsS -H "Authorization: Bearer $token" "http://$LIUHEN_HTTP/v1/parties" | grep -c "Qingtan Plating"'

first_life() {
    # The tree shares this machine's ports.
    sed -i 's/=127.0.0.1:8080/=127.0.0.1:28080/; s/=127.0.0.1:780/=127.0.0.1:2780/' \
        "$tree/etc/liuhen/liuhen.env"
    inside liuhen-setup
    inside liuhen-setup >/dev/null # again: what is there stays
    [[ $(inside stat -c %a:%U /var/lib/liuhen) == 700:liuhen ]] || wrong "who may see the data"
    [[ $(inside stat -c %a:%G /etc/liuhen/liuhen.env) == 640:liuhen ]] || wrong "who may see settings"
    ! inside setpriv --reuid nobody --clear-groups psql -X -h /var/run/postgresql -p 5808 \
        -U liuhen_core liuhen -c '' 2>/dev/null || wrong "nobody may take a role of the database"
    serve "$enter_party"
    [[ $(serve "$count_parties") == 1 ]] || wrong "what was entered is not there"
}

# The same files as a later version, over a setting that the operator changed.
upgrade() {
    local unpacked=$tree/root/next
    dpkg-deb -R "$tree/root/liuhen.deb" "$unpacked"
    sed -i 's/^Version: .*/Version: 99.0.0/' "$unpacked/DEBIAN/control"
    dpkg-deb -b --root-owner-group "$unpacked" "$tree/root/next.deb" >/dev/null
    sed -i 's/^LIUHEN_LOCK=.*/LIUHEN_LOCK=127.0.0.1:27819/' "$tree/etc/liuhen/liuhen.env"
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq /root/next.deb >/dev/null
    grep -q '^LIUHEN_LOCK=127.0.0.1:27819$' "$tree/etc/liuhen/liuhen.env" || wrong "a setting was lost"
    [[ $(serve "$count_parties") == 1 ]] || wrong "the upgrade lost what was stored"
}

remove() {
    inside dpkg --remove liuhen >/dev/null
    [[ ! -e $tree/usr/bin/liuhen-server ]] || wrong "the server is still there"
    [[ -e $tree/etc/liuhen/liuhen.env ]] || wrong "remove took the settings"
    inside dpkg --purge liuhen
    [[ ! -e $tree/etc/liuhen ]] || wrong "purge left the settings"
    [[ -e $tree/var/lib/liuhen/endpoints.json ]] || wrong "purge took what was stored"
    inside psql -X -At -h /var/run/postgresql -p 5808 -U postgres liuhen \
        -c "SELECT count(*) FROM parties WHERE name = 'Qingtan Plating'" | grep -qx 1 ||
        wrong "purge took the database"
    inside pg_ctlcluster 15 liuhen stop
}

trap leave EXIT
trap 'exit 130' INT TERM
timed "a bare Debian 12 tree" make_tree
mount_all
timed "the package" "$source_folder/liuhen" package "$tree/root"
mv "$tree"/root/liuhen_*.deb "$tree/root/liuhen.deb"
timed "installed" install_package
timed "set up, served, stored" first_life
timed "upgraded" upgrade
timed "removed and purged" remove
say "the package holds; times on $(nproc) processors"
printf '%s\n' "${times[@]}"
