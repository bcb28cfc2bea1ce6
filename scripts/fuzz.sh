# shellcheck shell=bash
# `./liuhen test --fuzz`: each parser of outside bytes under libFuzzer and the sanitizers. Needs
# clang, which nothing else does and which is therefore not installed for it.

# fuzz_all SECONDS: one after the other, as politely as the machine allows; exits 1 on a finding.
fuzz_all() {
    local seconds=$1 folder found=0 one
    command -v clang++-14 >/dev/null ||
        die 1 "fuzzing needs clang: apt-get install clang-14" "需要安装 clang-14"
    build fuzz
    folder=$(build_folder fuzz)/tests/fuzz
    for one in "$folder"/fuzz_*; do
        [[ ! -x $one || -d $one ]] || fuzz_one "$one" "$seconds" || found=$((found + 1))
    done
    [[ $found -eq 0 ]] || die 1 "$found parsers broke; inputs are in $folder" "发现缺陷"
    exit 0
}

# fuzz_one PROGRAM SECONDS: from the worked frames and from what former runs found worth keeping.
fuzz_one() {
    local name=${1##*/fuzz_} folder=${1%/*} runs log
    mkdir -p "$folder/corpus/$name" "$folder/worked/$name"
    "$1" --seeds "$folder/worked/$name"
    log=$folder/$name.log
    status "fuzzing $name for $2 s"
    if (cd "$folder" && nice -n 19 "$1" -max_total_time="$2" -max_len=4096 -print_final_stats=1 \
        -artifact_prefix="$name-" "corpus/$name" "worked/$name") >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        say "  $name: $runs runs in $2 s, no finding"
        return 0
    fi
    say "FOUND $name: $(grep -m 1 -E 'ERROR|runtime error|terminate|what\(\)' "$log") ($log)"
    return 1
}
