# shellcheck shell=bash
# `./liuhen test`: every suite, its cases added up, one closing line.

help_test() {
    cat <<'HELP'
usage: ./liuhen test [--quick | --all] [suite...]    run tests; ends with `N passed, N failed`
       ./liuhen test --fuzz [SECONDS]                libFuzzer on each parser, 60 s each  模糊测试
       ./liuhen test --faults [ROUNDS]               kills, cuts, full disks: the long form of the
                                                     suite faults, 1000 kills                故障测试
  faults     kills, cuts and a full disk, about ten minutes; only when named, or with --all
  suite      only these (base, telematics, manifest, geofence, server, store, e2e, command,
             attacks, browser, contract ...)
  --quick    suites that need no database and no sockets                       仅核心测试
  --all      also the sanitizers on the server's suites, and clang-tidy        全部检查
Reports in JUnit form: build/dev/reports/*.xml. Exit 1 when a case failed or none ran.
HELP
}

test_options() {
    test_quick=no test_all=no test_suites=() test_fuzz='' test_faults=''
    while [[ $# -gt 0 ]]; do
        case $1 in
            --quick) test_quick=yes ;;
            --all) test_all=yes ;;
            --fuzz)
                test_fuzz=60
                [[ ! ${2:-} =~ ^[1-9][0-9]*$ ]] || { test_fuzz=$2 && shift; }
                ;;
            --faults)
                test_faults=1000
                [[ ! ${2:-} =~ ^[1-9][0-9]*$ ]] || { test_faults=$2 && shift; }
                ;;
            -*) die 2 "test does not know $1; see ./liuhen test --help" "未知参数" ;;
            *) test_suites+=("$1") ;;
        esac
        shift
    done
}

command_test() {
    test_options "$@"
    make_var
    need_packages build run test
    [[ -z $test_fuzz ]] || { fuzz_all "$test_fuzz" && return 0; }
    test_folder=$(build_folder dev)
    [[ -z $test_faults ]] || test_long_faults
    test_passed=0 test_failed=0 test_skipped=0
    build dev build.ninja # configured anew when files came or went
    test_choose
    test_packages
    test_build
    trap test_end EXIT
    trap 'exit 130' INT TERM HUP
    test_cluster
    test_run dev "${test_chosen[@]}"
    local suite
    for suite in "${test_chosen[@]}"; do test_count "$suite"; done
    [[ ${#test_suites[@]} -gt 0 || $test_quick == yes ]] || test_sanitized
    [[ $test_all == no ]] || test_clang_tidy
    test_close
}

# test_long_faults: the suite of faults with so many rounds; hours, so without ctest's time limit. Says
# what each case found, and ends with Catch2's own sum.
test_long_faults() {
    local code=0
    build dev build.ninja
    build dev test_faults programs
    trap test_end EXIT
    trap 'exit 130' INT TERM HUP
    test_chosen=(faults)
    test_cluster
    LIUHEN_FAULT_ROUNDS=$test_faults "$test_folder/tests/test_faults" --durations yes || code=$?
    trap - EXIT
    (test_end)
    exit "$code"
}

# test_close: the last line, and the exit code that goes with it.
test_close() {
    local skipped=''
    [[ $test_skipped -eq 0 ]] || skipped=", $test_skipped skipped"
    local code=0
    [[ $test_failed -eq 0 && $test_passed -gt 0 ]] || code=1
    trap - EXIT
    (test_end)
    say_wipe
    echo "$test_passed passed, $test_failed failed$skipped"
    exit "$code"
}

# test_choose: sets test_chosen to the suites that exist and were asked for.
test_choose() {
    local known suite filter=()
    [[ $test_quick == no ]] || filter=(-L core)
    mapfile -t known < <(ctest --test-dir "$test_folder" -N "${filter[@]}" |
        sed -n 's/^ *Test *#[0-9]*: //p')
    test_chosen=()
    for suite in "${known[@]}"; do
        # Not until all of it has passed in one go.
        [[ $suite == faults && $test_all == no ]] || test_chosen+=("$suite")
    done
    [[ ${#test_suites[@]} -eq 0 ]] || test_chosen=("${test_suites[@]}")
    for suite in "${test_chosen[@]}"; do
        [[ " ${known[*]} " == *" $suite "* ]] ||
            die 2 "there is no suite '$suite'; there are: ${known[*]}" "没有这个测试组"
    done
}

# test_packages: what two suites need, unless this machine has it in another way: Node and npm for
# `contract`, Chromium for `browser`.
test_packages() {
    local chosen=" ${test_chosen[*]} "
    [[ $chosen != *" contract "* ]] || command -v npm >/dev/null || need_packages contract
    [[ $chosen != *" browser "* ]] || command -v chromium >/dev/null || need_packages browser
}

# test_build: what the chosen suites need; the end-to-end ones start the programs.
test_build() {
    local suite targets=()
    for suite in "${test_chosen[@]}"; do
        case $suite in
            command | contract) targets+=(liuhen-server) ;; # some cases ask it
            e2e | faults) targets+=("test_$suite" programs) ;;
            *) targets+=("test_$suite") ;;
        esac
    done
    [[ ${#targets[@]} -eq 0 ]] || build dev "${targets[@]}"
}

# test_cluster: a scratch database for suites labelled db or e2e, if one of those was chosen.
test_cluster() {
    local needing suite
    needing=" $(ctest --test-dir "$test_folder" -N -L 'db|e2e' |
        sed -n 's/^ *Test *#[0-9]*: //p' | xargs) "
    for suite in "${test_chosen[@]}"; do
        [[ $needing == *" $suite "* ]] || continue
        test_scratch=$(mktemp -d "${TMPDIR:-/tmp}/liuhen-test.XXXXXX")
        status "starting a scratch database"
        LIUHEN_TEST_DB=$("$LIUHEN_ROOT/scripts/scratch-cluster.sh" start "$test_scratch")
        export LIUHEN_TEST_DB
        return 0
    done
}

# test_end: the scratch database is gone afterwards.
test_end() {
    [[ -z ${test_scratch:-} ]] || "$LIUHEN_ROOT/scripts/scratch-cluster.sh" stop "$test_scratch"
    [[ -z ${test_scratch:-} ]] || rm -rf "$test_scratch"
}

# test_run PRESET SUITE...: runs them with ctest, one line of progress each; what ctest thinks of
# each suite is in reports/ctest.xml, what a suite thinks of its cases in reports/SUITE.xml.
test_run() {
    local folder pattern line
    folder=$(build_folder "$1")
    shift
    pattern="^($(IFS='|' && echo "$*"))\$"
    rm -f "$folder"/reports/*.xml
    ctest --test-dir "$folder" -R "$pattern" --timeout 900 --output-junit reports/ctest.xml \
        -j "$(test_jobs)" </dev/null 2>&1 |
        while IFS= read -r line; do
            [[ ! $line =~ Test\ +\#[0-9]+:\ ([a-z_0-9]+)\ \.+[\ *]*([A-Za-z].*)$ ]] ||
                say "  ${BASH_REMATCH[1]}: ${BASH_REMATCH[2],}"
        done || true
}

# test_jobs: suites at once; end-to-end suites run servers of their own, so not more than two.
test_jobs() { if [[ $(nproc) -gt 1 ]]; then echo 2; else echo 1; fi; }

# test_cases REPORT: "passed failed skipped", then the name of each failing case and what it said.
# A case that wrote SKIPPED: was not carried out; it counts as neither passed nor failed.
test_cases() {
    awk '
        function text(line, part) {
            if (!match(line, part "=\"[^\"]*\"")) return ""
            line = substr(line, RSTART + length(part) + 2, RLENGTH - length(part) - 3)
            gsub(/&quot;/, "\"", line); gsub(/&lt;/, "<", line); gsub(/&gt;/, ">", line)
            gsub(/&amp;/, "\\&", line)
            return line
        }
        function close_case() {
            if (bad) { failed++; print "FAILED " name }
            else if (absent) skipped++
            else passed++
            inside = 0
        }
        /<testcase / {
            inside = 1; bad = absent = 0; name = text($0, " name")
            if ($0 ~ /\/>[ \t]*$/) close_case()
        }
        inside && /<(failure|error)[ >]/ { bad = 1 }
        inside && /SKIPPED: / { absent = 1 }
        /<\/testcase>/ { close_case() }
        END { print "COUNT " passed + 0, failed + 0, skipped + 0 }' "$1"
}

# test_ended_well SUITE REPORT: true when ctest says that the suite's program ended with 0.
test_ended_well() { grep -q "<testcase name=\"$1\".* status=\"run\"" "$2" 2>/dev/null; }

# test_count SUITE: adds its cases to the sums. No report, half a report, or a bad end without a
# failing case to show for it (a crash, a time-out) is one failed case more.
test_count() {
    local report=$test_folder/reports/$1.xml passed=0 failed=0 skipped=0 line
    if grep -q '</testsuites>' "$report" 2>/dev/null; then
        while IFS= read -r line; do
            case $line in
                COUNT*) read -r _ passed failed skipped <<<"$line" ;;
                FAILED*) say "FAILED $1: ${line#FAILED }" ;;
            esac
        done < <(test_cases "$report")
    fi
    if [[ $failed -eq 0 ]] && ! test_ended_well "$1" "$test_folder/reports/ctest.xml"; then
        failed=1
        say "FAILED $1: the suite ended badly before it could report" "测试程序异常终止"
    fi
    [[ $failed -eq 0 ]] || test_show "$1"
    say "  $1: $passed passed, $failed failed, $skipped skipped"
    test_passed=$((test_passed + passed))
    test_failed=$((test_failed + failed))
    test_skipped=$((test_skipped + skipped))
}

# test_show SUITE: what its failing cases said, 60 lines of it; read to the end all the same, since
# sed would otherwise be stopped by SIGPIPE, and with it, under pipefail, the whole command.
test_show() {
    sed -n '/<failure/,/<\/failure>/p; /<error/,/<\/error>/p' "$test_folder/reports/$1.xml" \
        2>/dev/null | awk 'NR <= 60 { print "    " $0 }' >&2 || true
    say "    (again: build/dev/test_$1; whole log: build/dev/Testing/Temporary/LastTest.log)"
}

# test_sanitized: the cores' suites once more with addresses and undefined behaviour checked. Their
# cases were counted already; each suite is one test here.
test_sanitized() {
    local suite suites=(base telematics fuzz manifest geofence) targets=() chosen=() verdict
    [[ $test_all == no ]] || suites+=(server)
    for suite in "${suites[@]}"; do
        [[ " ${test_chosen[*]} " != *" $suite "* ]] || chosen+=("$suite") targets+=("test_$suite")
    done
    [[ ${#chosen[@]} -gt 0 ]] || return 0
    say "Under AddressSanitizer and UndefinedBehaviorSanitizer:" "内存与未定义行为检查"
    build asan "${targets[@]}"
    test_run asan "${chosen[@]}"
    for suite in "${chosen[@]}"; do
        verdict=passed
        test_ended_well "$suite" "$(build_folder asan)/reports/ctest.xml" || verdict=failed
        if [[ $verdict == passed ]]; then
            test_passed=$((test_passed + 1))
        else
            test_failed=$((test_failed + 1))
            say "FAILED $suite under the sanitizers; again: build/asan/test_$suite"
        fi
    done
}

# test_clang_tidy: one test: the tree compiles with clang-tidy's checks as errors.
test_clang_tidy() {
    command -v clang-tidy >/dev/null || {
        say "SKIPPED: clang-tidy is not installed"
        test_skipped=$((test_skipped + 1))
        return 0
    }
    say "clang-tidy:"
    if (build tidy); then
        test_passed=$((test_passed + 1))
    else
        test_failed=$((test_failed + 1))
    fi
}
