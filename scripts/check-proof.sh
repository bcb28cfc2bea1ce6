#!/usr/bin/env bash
# check-proof.sh PROOF.json KEY.pem: checks what GET /v1/manifests/{id}/proof answered, with openssl
# and jq and nothing of Liuhen. KEY.pem is the service's public key, had from somewhere else than
# the proof (key-ID.pem of the anchors' folder). docs/history.md says what is checked.
# Exit 0: sound; 1: broken; 2: could not look.
set -euo pipefail

[[ $# -eq 2 && -r $1 && -r $2 ]] || {
    echo "usage: check-proof.sh PROOF.json KEY.pem" >&2
    exit 2
}
proof=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

broken() {
    echo "broken: $*"
    exit 1
}
# ask FILTER: a value of the proof, byte for byte.
ask() { jq -j "$1" "$proof"; }
# bytes HEX: the bytes themselves.
# shellcheck disable=SC2001 # two characters at a time
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }
# digest ALGORITHM: of standard input, in hex.
digest() { openssl dgst "-$1" -r | cut -d' ' -f1; }

# The first block is the Ed25519 key, the second the SM2 key.
awk -v folder="$work" '/BEGIN/ { n++ } { print > (folder "/key" n ".pem") }' "$2"

# signed NUMBER: both signatures over the text of the list in $work/list.
signed() {
    bytes "$(ask ".lists[$1].ed25519")" >"$work/ed25519"
    bytes "$(ask ".lists[$1].sm2")" >"$work/sm2"
    openssl pkeyutl -verify -pubin -inkey "$work/key1.pem" -rawin -in "$work/list" \
        -sigfile "$work/ed25519" >"$work/said" 2>&1 &&
        openssl pkeyutl -verify -pubin -inkey "$work/key2.pem" -rawin -digest sm3 \
            -pkeyopt distid:1234567812345678 -in "$work/list" -sigfile "$work/sm2" \
            >"$work/said" 2>&1
}

# root ALGORITHM NUMBER: from the head of a list upwards.
root() {
    local node side beside
    node=$({ bytes 00 && ask ".lists[$2].head"; } | digest "$1")
    while read -r side beside; do
        if [[ $side == left ]]; then
            node=$({ bytes 01 && bytes "$beside" && bytes "$node"; } | digest "$1")
        else
            node=$({ bytes 01 && bytes "$node" && bytes "$beside"; } | digest "$1")
        fi
    done < <(jq -r ".lists[$2].path[] | .side + \" \" + .$1" "$proof")
    echo "$node"
}

manifest=$(ask .manifest)
records=$(ask '.items | length')
lists=$(ask '.lists | length')
covered=0
for algorithm in sha256 sm3; do
    last=$(ask ".previous.$algorithm")
    for ((i = 0; i < records; i++)); do
        version=$(ask ".items[$i].version")
        last=$({ bytes "$last" && ask ".items[$i].record"; } | digest "$algorithm")
        [[ $last == "$(ask ".items[$i].$algorithm")" ]] ||
            broken "version $version does not follow from the one before ($algorithm)"
        [[ $(ask ".items[$i].record | fromjson | .manifest") == "$manifest" &&
            $(ask ".items[$i].record | fromjson | .version") == "$version" ]] ||
            broken "version $version is the record of something else"
    done
done
for ((i = 0; i < lists; i++)); do
    ask ".lists[$i].list" >"$work/list"
    number=$(ask ".lists[$i].number")
    signed "$i" || broken "list $number is not signed with this key"
    version=$(ask ".lists[$i].head | fromjson | .version")
    [[ $(ask ".lists[$i].head | fromjson | .manifest") == "$manifest" ]] ||
        broken "list $number names another manifest"
    for algorithm in sha256 sm3; do
        [[ $(root "$algorithm" "$i") == "$(jq -r ".root_$algorithm" "$work/list")" ]] ||
            broken "list $number does not hold the head ($algorithm)"
        stored=$(ask ".items[] | select(.version == $version) | .$algorithm")
        [[ -z $stored || $stored == "$(ask ".lists[$i].head | fromjson | .$algorithm")" ]] ||
            broken "list $number names other digests of version $version"
    done
    [[ $version -le $covered ]] || covered=$version
done
echo "sound: $records records of manifest $manifest, covered by $lists lists up to version $covered"
