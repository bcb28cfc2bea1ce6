# shellcheck shell=bash
# `./liuhen nightly`: what takes too long for every change. What came of each step, and when, is in
# var/nightly/last.json, which `doctor` reads.

help_nightly() {
    cat <<'HELP'
usage: ./liuhen nightly [STEP...] [--suites "NAME..."] [--seconds N]     夜间检查
  STEP       asan (addresses and undefined behaviour), tsan (data races), fuzz, faults;
             all of them in this order when none is named
  --suites   which suites asan and tsan run; all but those of the command line when not given
  --seconds  for each parser of fuzz, 600 when not given
Each result stands in var/nightly/last.json with its time; ./liuhen doctor says how old it is.
A night of it: 0 1 * * *  cd /srv/liuhen && ./liuhen nightly. Exit 1 when something was found.
HELP
}

nightly_options() {
    nightly_steps=() nightly_seconds=600
    nightly_suites="base telematics fuzz manifest geofence print server simulators store attacks e2e"
    while [[ $# -gt 0 ]]; do
        case $1 in
            asan | tsan | fuzz | faults) nightly_steps+=("$1") ;;
            --suites | --seconds)
                [[ $# -ge 2 ]] || die 2 "$1 needs a value; see --help" "$1 缺少参数"
                [[ $1 != --suites ]] || nightly_suites=$2
                [[ $1 != --seconds ]] || nightly_seconds=$2
                shift
                ;;
            *) die 2 "nightly does not know $1; see ./liuhen nightly --help" "未知参数" ;;
        esac
        shift
    done
    [[ $nightly_seconds =~ ^[1-9][0-9]*$ ]] || die 2 "--seconds wants a number" "应为秒数"
    [[ ${#nightly_steps[@]} -gt 0 ]] || nightly_steps=(asan tsan fuzz faults)
}

command_nightly() {
    nightly_options "$@"
    make_var
    need_packages build run test
    nightly_found=0
    local step
    for step in "${nightly_steps[@]}"; do
        case $step in
            asan | tsan) nightly_sanitized "$step" ;;
            fuzz) nightly_step fuzz fuzz_all "$nightly_seconds" ;;
            faults) nightly_step faults nightly_faults ;;
        esac
    done
    say "$(nightly_told "$(nightly_file)")"
    [[ $nightly_found -eq 0 ]]
}

nightly_file() { echo "$LIUHEN_VAR/nightly/last.json"; }

# nightly_note NAME RESULT SECONDS: puts one result, with the time and the revision it is of, in the
# place of the one before.
nightly_note() {
    local file revision
    file=$(nightly_file)
    revision=$(git -C "$LIUHEN_ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown)
    mkdir -p "${file%/*}"
    [[ -s $file ]] || echo '{}' >"$file"
    jq --arg name "$1" --arg result "$2" --argjson seconds "$3" --arg revision "$revision" \
        --arg at "$(date -u +%FT%TZ)" \
        '.[$name] = {at: $at, result: $result, seconds: $seconds, revision: $revision}' \
        "$file" >"$file.new"
    mv "$file.new" "$file"
    [[ $2 == passed ]] || nightly_found=$((nightly_found + 1))
    say "  $1: $2 in $3 s"
}

# nightly_step NAME COMMAND...: passed when it ends with 0. In a shell of its own: what it starts
# ends with it, and so does what it exits from.
nightly_step() {
    local name=$1 began=$SECONDS code
    shift
    set +e # else -e would be off within, too
    (set -e && "$@")
    code=$?
    set -e
    if [[ $code -eq 0 ]]; then
        nightly_note "$name" passed $((SECONDS - began))
    else
        nightly_note "$name" failed $((SECONDS - began))
    fi
}

nightly_faults() { command_test faults; }

# nightly_sanitized PRESET: each suite by itself, so that one that breaks hides no other.
nightly_sanitized() {
    local suite
    for suite in $nightly_suites; do nightly_step "$1 $suite" nightly_suite "$1" "$suite"; done
}

# nightly_suite PRESET SUITE: against a scratch database when it needs one.
nightly_suite() {
    local targets=("test_$2")
    test_folder=$(build_folder "$1")
    [[ $2 != e2e ]] || targets+=(programs)
    export TSAN_OPTIONS="suppressions=$LIUHEN_ROOT/tests/tsan.supp second_deadlock_stack=1"
    build "$1" build.ninja
    build "$1" "${targets[@]}"
    trap test_end EXIT
    test_chosen=("$2")
    test_cluster
    test_run "$1" "$2"
    test_ended_well "$2" "$test_folder/reports/ctest.xml"
}

# nightly_told FILE: one line: when each step last ran, the oldest first; what failed, by name.
nightly_told() {
    [[ -s $1 ]] || { echo "the nightly checks never ran here" && return 0; }
    jq -r '[to_entries[] | {step: .key} + .value] | sort_by(.at)
        | (map(select(.result != "passed") | .step) | join(", ")) as $failed
        | "nightly: \(length) steps between \(.[0].at) and \(.[-1].at), "
          + (if $failed == "" then "all passed" else "FAILED: " + $failed end)' "$1"
}

# nightly_is_old FILE: true when a step has not run for three days.
nightly_is_old() {
    [[ ! -s $1 ]] || [[ $(jq -r '[.[].at] | min' "$1") < $(date -u -d '-3 days' +%FT%TZ) ]]
}
