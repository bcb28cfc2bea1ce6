# shellcheck shell=bash
# `./liuhen test --fuzz`: each parser of outside bytes under libFuzzer and the sanitizers. Needs
# clang, which nothing else does and which is therefore not installed for it.

# fuzz_all SECONDS: one after the other, as politely as the machine allows; exits 1 on a finding.
fuzz_all() {
    local seconds=$1 folder found=0 one
    command -v clang++-14 >/dev/null ||
        die 1 "fuzzing needs clang: apt-get install clang-14" "需要安装 clang-14"
    build fuzz fuzz_programs
    folder=$(build_folder fuzz)/tests/fuzz
    "$folder/fuzz_seeds" "$folder/worked"
    for one in "$folder"/worked/*; do
        fuzz_one "$folder" "${one##*/}" "$seconds" || found=$((found + 1))
    done
    [[ $found -eq 0 ]] || die 1 "$found parsers broke; inputs are in $folder" "发现缺陷"
    exit 0
}

# fuzz_one FOLDER NAME SECONDS: from the worked frames and from what former runs found worth
# keeping. Where memory was allocated is not recorded and rare features are not counted: both cost
# more than the parsers do (docs/fuzzing.md).
fuzz_one() {
    local folder=$1 name=$2 seconds=$3 runs log=$1/$2.log
    mkdir -p "$folder/corpus/$name"
    status "fuzzing $name for $seconds s"
    if (cd "$folder" && ASAN_OPTIONS=malloc_context_size=0 nice -n 19 "./fuzz_$name" \
        -max_total_time="$seconds" -max_len=4096 -entropic=0 -print_final_stats=1 \
        -artifact_prefix="$name-" "corpus/$name" "worked/$name") >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        say "  $name: $runs runs in $seconds s, no finding"
        return 0
    fi
    say "FOUND $name: $(grep -m 1 -E 'ERROR|runtime error|terminate|what\(\)' "$log") ($log)"
    return 1
}
