# shellcheck shell=bash
# What the command says. People read standard error; standard output belongs to the tools' data.

if [[ -t 2 ]]; then say_live=yes; else say_live=no; fi
say_next=15 # the second of our life from which a status may be written into a file
say_drawn=no # whether an unfinished status line stands on the screen

# say ENGLISH [CHINESE]: one line.
say() {
    say_wipe
    printf '%s\n' "$1${2:+  $2}" >&2
}

# fault ENGLISH [CHINESE]: a line about something that went wrong; the caller goes on.
fault() { say "liuhen: $1" "${2:-}"; }

# die CODE ENGLISH [CHINESE]: 1 something failed, 2 the command line was wrong.
die() {
    local code=$1
    shift
    fault "$@"
    exit "$code"
}

# status TEXT: redraws one line on a terminal; into a file it writes one line each 15 s at most.
status() {
    if [[ $say_live == no ]]; then
        [[ $SECONDS -ge $say_next ]] || return 0
        say_next=$((SECONDS + 15))
        printf '%s\n' "$1" >&2
        return 0
    fi
    local width=${COLUMNS:-100}
    printf '\r\033[K%s' "${1:0:width}" >&2
    say_drawn=yes
}

# say_wipe: clears the status line, if one is drawn.
say_wipe() {
    [[ $say_drawn == no ]] || printf '\r\033[K' >&2
    say_drawn=no
}

# agree QUESTION [CHINESE]: true when the person at the terminal answers yes.
agree() {
    local answer
    [[ -t 0 ]] || die 2 "no terminal to ask on; say --yes to go ahead" "没有终端可询问,请加 --yes"
    read -rp "$1${2:+  $2} [y/N] " answer
    [[ $answer == [yY]* ]]
}

# tail_of FILE LINES: the end of a log, indented, on standard error.
tail_of() {
    say "---- the end of $1"
    tail -n "$2" "$1" 2>/dev/null | sed 's/^/    /' >&2 || true
}

# keep_small FILE: an old log over 20 MB becomes FILE.old, so that logs stay bounded.
keep_small() {
    local size
    size=$(stat -c %s "$1" 2>/dev/null || echo 0)
    [[ $size -le 20000000 ]] || mv -f "$1" "$1.old"
}
