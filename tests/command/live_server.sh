# shellcheck shell=bash disable=SC2154 # source_folder is set by who reads this
# For tests in bash that need a running server: the server itself, and what a terminal says to it.

# use PART...: scripts of the repository, as ./liuhen reads them.
use() {
    local part
    LIUHEN_ROOT=$source_folder
    # shellcheck source=/dev/null
    for part in say folders "$@"; do . "$source_folder/scripts/$part.sh"; done
    LIUHEN_VAR=$PWD LIUHEN_LOG=$PWD
}

# with_cluster FOLDER: a cluster there, stopped when the case ends.
with_cluster() {
    use cluster
    mkdir -p "$1"
    choose_service
    service_folder "$1" 0711
    cluster_use "$1"
    trap cluster_stop EXIT
    cluster_start fast
}

# built_server: the server's program, when one is built.
built_server() {
    local program
    for program in "$source_folder"/build/{dev,release}/liuhen-server; do
        [[ ! -x $program ]] || { echo "$program" && return 0; }
    done
    return 1
}

# live_server PROGRAM [ARGUMENT...]: a server with an empty database until the shell ends. $http and
# $jt808 are its ports, from $live_base upward so that two suites may run at once; its endpoints
# stand in the present folder.
live_server() {
    local program=$1 lock database base=${live_base:-18480}
    shift
    with_cluster "$PWD/c"
    use ports device
    http=$(choose_port http "$base" no 2>/dev/null)
    jt808=$(choose_port jt808 $((base + 100)) no 2>/dev/null)
    lock=$(choose_port lock $((base + 200)) no 2>/dev/null)
    database=$(cluster_conninfo '')
    "$program" migrate --sql "$source_folder/sql" --database "$database" >migrate.log
    "$program" bootstrap --database "$database" --endpoints "$PWD/endpoints.json"
    "$program" serve --database "$database" --http "127.0.0.1:$http" \
        --jt808 "127.0.0.1:$jt808" --lock "127.0.0.1:$lock" --endpoints "$PWD/endpoints.json" \
        --log "$PWD/server.log" "$@" &
    server=$!
    trap 'kill "$server" && wait "$server"; cluster_stop' EXIT
    until curl -sf --noproxy '*' -o /dev/null "http://127.0.0.1:$http/readyz"; do
        kill -0 "$server" || exit 1
        sleep 0.1
    done
}

# jt808_frames NUMBER HEX...: frames of a terminal of 2013 as they are on the wire; each HEX is a
# message id and its body, a leading ! makes the checksum wrong.
jt808_frames() {
    perl -e '
        my ($number, $serial) = (sprintf("%012s", shift), 0);
        for (@ARGV) {
            my $wrong = s/^!//;
            my ($id, $body) = /^(....)(.*)$/;
            my $frame = pack("H*", sprintf("%s%04x%s%04x%s", $id, length($body) / 2, $number,
                                           $serial++, $body));
            my $sum = $wrong ? 1 : 0;
            $sum ^= ord for split //, $frame;
            $frame .= chr $sum;
            $frame =~ s/([\x7d\x7e])/"\x7d" . ($1 eq "\x7d" ? "\x01" : "\x02")/ge;
            print "\x7e$frame\x7e";
        }' -- "$@"
}
