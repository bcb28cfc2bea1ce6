# shellcheck shell=bash
# Children of `up`: started so that a terminal's Ctrl-C does not reach them, ended in order by us,
# and told to end by the kernel should we be killed. A note NAME.pid holds "pid start-time": a
# number that the system has given to another process since is never mistaken for ours.

# process_born PID: the process's start time in clock ticks since boot, or nothing.
process_born() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # The name in parentheses may hold spaces; field 22 is the 20th after it.
    # shellcheck disable=SC2086 # split on purpose
    set -- ${stat##*) }
    [[ $1 != Z ]] && printf '%s' "${20}"
}

# note_process NAME PID
note_process() { printf '%s %s\n' "$2" "$(process_born "$2")" >"$LIUHEN_VAR/run/$1.pid"; }

# noted_process NAME: its pid when that very process is still alive.
noted_process() {
    local pid born
    read -r pid born 2>/dev/null <"$LIUHEN_VAR/run/$1.pid" || return 1
    [[ -n $born && $(process_born "$pid") == "$born" ]] && printf '%s' "$pid"
}

# start_child NAME LOG COMMAND...: runs it as the service identity, and notes it.
start_child() {
    local name=$1 log=$2 spawn_tied=yes
    shift 2
    keep_small "$log"
    spawn_as_service "$log" "$@"
    note_process "$name" "$spawned_pid"
}

# end_process NAME SECONDS: asks, waits that long, then insists.
end_process() {
    local pid round
    if pid=$(noted_process "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        for ((round = 0; round < $2 * 10; round++)); do
            noted_process "$1" >/dev/null || break
            sleep 0.1
        done
        if noted_process "$1" >/dev/null; then
            fault "$1 (process $pid) did not end in $2 s and was killed" "进程被强制结束"
            kill -KILL "$pid" 2>/dev/null || true
        fi
    fi
    rm -f "$LIUHEN_VAR/run/$1.pid"
}

# stop_everything: in the order of up's children; a running `up` does it itself when told to.
stop_everything() {
    local pid
    if pid=$(noted_process up) && [[ $pid != "$$" ]]; then
        kill -TERM "$pid" 2>/dev/null ||
            die 1 "up runs as $(stat -c %U "/proc/$pid"); stop it as that user" "无权停止"
        end_process up 60
    fi
    end_process simulate 10
    end_process server 20
    cluster_stop
}
