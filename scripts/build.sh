# shellcheck shell=bash
# Building, by the presets of CMakePresets.json, with one line of progress and a log.

# build_folder PRESET
build_folder() { printf '%s/build/%s' "$LIUHEN_ROOT" "$1"; }

# build_jobs: one compiler a processor, but no more than memory holds at 1.2 GB each.
build_jobs() {
    local free_kb jobs
    free_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
    jobs=$(nproc)
    ((jobs * 1200000 <= free_kb)) || jobs=$((free_kb / 1200000))
    echo $((jobs > 0 ? jobs : 1))
}

# build_room FOLDER: a build that runs out of disk leaves halves of files; before a first one there
# has to be room for it.
build_room() {
    local needed=6000 free
    [[ $1 != */release ]] || needed=3000
    [[ ! -e $1/build.ninja ]] || return 0
    free=$(df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9)
    ((free >= needed)) ||
        die 1 "a build takes $needed MB of disk; only $free MB are free in $1" "磁盘空间不足"
}

# build PRESET [TARGET...]: configures when it must and builds; two commands take turns.
build() {
    local preset=$1 folder log=$LIUHEN_LOG/build.log turn
    shift
    folder=$(build_folder "$preset")
    mkdir -p "$folder" 2>/dev/null && [[ -w $folder ]] ||
        die 1 "no right to write $folder; it was built by $(stat -c %U "$folder")" "无权写入 build"
    exec {turn}>"$LIUHEN_ROOT/build/$preset.lock"
    flock -n "$turn" || { status "waiting for another build" && flock "$turn"; }
    : >"$log"
    build_forget_moved "$folder"
    build_room "$folder"
    [[ -e $folder/build.ninja ]] || {
        status "configuring ($preset)"
        (cd "$LIUHEN_ROOT" && cmake --preset "$preset") >>"$log" 2>&1 || build_broke "$log"
    }
    build_run "$folder" "$log" "$@" || build_broke "$log"
    say_wipe
    exec {turn}>&-
}

# build_forget_moved FOLDER: what was built when the checkout lay elsewhere cannot be used.
build_forget_moved() {
    local home
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$1/CMakeCache.txt" 2>/dev/null) || return 0
    [[ $home == "$LIUHEN_ROOT" ]] || find "$1" -mindepth 1 -delete
}

# build_run FOLDER LOG [TARGET...]: ninja, its last line as the status.
build_run() {
    local folder=$1 log=$2 line
    shift 2
    NINJA_STATUS='[%f/%t] ' ninja -C "$folder" -j "$(build_jobs)" "$@" </dev/null 2>&1 |
        while IFS= read -r line; do
            printf '%s\n' "$line" >>"$log"
            [[ $line != \[* ]] || status "building $line"
        done
    return "${PIPESTATUS[0]}"
}

build_broke() {
    say_wipe
    grep -nE 'error:|Error|FAILED' "$1" | head -n 20 >&2 || true
    tail_of "$1" 25
    die 1 "the build failed (whole log: $1)" "编译失败"
}

# build_programs: the programs that `up` and the tools need, without the tests.
build_programs() {
    need_packages build
    build release programs
}

# run_tool PROGRAM ARGUMENT...: builds it when sources are newer, then becomes it, in the caller's
# folder; only the program writes to standard output.
run_tool() {
    local program=$1
    shift
    make_var
    build_programs
    exec "$(build_folder release)/$program" "$@"
}
