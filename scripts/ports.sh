# shellcheck shell=bash
# Which TCP ports of 127.0.0.1 are free, read from the kernel's own table.

# port_taken PORT: true when something listens there, on loopback or on every address.
port_taken() {
    local hex
    printf -v hex '%04X' "$1"
    awk -v port="$hex" '
        $4 == "0A" && $2 ~ ":" port "$" && $2 ~ /^(0100007F|0+|0+FFFF00000100007F):/ { found = 1 }
        END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# choose_port NAME WANTED GIVEN TAKEN...: prints WANTED, or the next free port above it with a word
# about it. A port that was GIVEN (yes) on the command line is never swapped for another.
choose_port() {
    local name=$1 wanted=$2 given=$3 port
    shift 3
    if [[ ! $wanted =~ ^[1-9][0-9]{0,4}$ || $wanted -gt 65535 ]]; then
        die 2 "$name port must be 1 to 65535, not '$wanted'" "端口号无效"
    fi
    for ((port = wanted; port <= 65535 && port < wanted + 200; port++)); do
        if [[ " $* " != *" $port "* ]] && ! port_taken "$port"; then
            [[ $port == "$wanted" ]] || say "Port $wanted ($name) is taken; using $port." "端口被占用"
            echo "$port"
            return 0
        fi
        [[ $given == no ]] || die 1 "port $wanted ($name) is taken; give another one" "端口被占用"
    done
    die 1 "no free port for $name from $wanted upward" "没有空闲端口"
}
