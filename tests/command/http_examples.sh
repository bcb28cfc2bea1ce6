# shellcheck shell=bash disable=SC2154 # source_folder and the rest are command_test.sh's
# docs/http-examples.md as a reader uses it: its blocks pasted one after the other into one bash.

# example_blocks PAGE: cuts it into NN.sh, each with its title in NN.title, the statuses of its calls
# in NN.statuses and the filters that hold of its last answer in NN.filters, one a line.
example_blocks() {
    awk '
        function name(kind) { return sprintf("%03d.%s", n, kind) }
        /^### / { title = substr($0, 5) }
        /^```sh$/ { n++; inside = 1; print title >name("title"); printf "" >name("sh"); next }
        /^```$/ { inside = 0; next }
        inside { print >name("sh") }
        /^→ / && !inside {
            line = substr($0, length("→ ") + 1)
            tick = index(line, "`")
            statuses = tick ? substr(line, 1, tick - 1) : line
            gsub(/[ ,]+/, " ", statuses); sub(/ $/, "", statuses)
            print statuses >name("statuses")
            printf "" >name("filters")
            for (i = split(tick ? substr(line, tick) : "", parts, "`"); i > 1; i--)
                if (parts[i] !~ /^ *$/) print parts[i] >name("filters")
        }' "$1"
}

# kept_curl ARGUMENT...: curl as a block calls it; what it says to stderr, and with it the status,
# goes to $calls, and the answer into a file beside where it is printed to.
kept_curl() {
    command curl --noproxy '*' -w '%{stderr}\nstatus %{http_code}\n' "$@" 2>>"$calls" |
        tee "$calls.answer"
}

# paste_block FILE: in this shell; what came of it against what the page says.
paste_block() {
    local block=${1%.sh} calls=$1.calls filter
    # shellcheck disable=SC2317 # called by the block
    curl() { kept_curl "$@"; }
    cat "$block.title"
    : >"$calls"
    # shellcheck source=/dev/null
    . "$1" >"$block.said" # outside any condition: a command that fails ends the case
    expect "$(sed -n 's/^status //p' "$calls" | xargs)" "$(cat "$block.statuses")" ||
        { cat "$block.said" && return 1; }
    while IFS= read -r filter; do
        jq -e "$filter" "$calls.answer" >/dev/null ||
            { echo "not so: $filter" && cat "$calls.answer" && return 1; }
    done <"$block.filters"
}
