#!/usr/bin/env bash
# The behaviour of ./liuhen and its scripts, without the programs.
#   command_test.sh [REPORT.xml]   exit 1 when a case failed; REPORT in JUnit form
# A case is a function whose name starts with case_; its comment is its sentence. It runs in a shell
# of its own with `set -e`, in a scratch folder, and fails at the first command that fails.
set -uo pipefail
source_folder=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
report=${1:-/dev/null}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/liuhen-command.XXXXXX")
chmod 0711 "$scratch"
trap 'rm -rf "$scratch"' EXIT

# expect ACTUAL EXPECTED
expect() { [[ $1 == "$2" ]] || { echo "got '$1', expected '$2'" && return 1; }; }
# expect_in NEEDLE TEXT
expect_in() { [[ $2 == *"$1"* ]] || { echo "'$1' is not in: $2" && return 1; }; }
# code_of COMMAND...: its exit code; its output is dropped.
code_of() {
    local code=0
    ("$@") >/dev/null 2>&1 || code=$?
    echo "$code"
}

# shellcheck source=live_server.sh
. "$source_folder/tests/command/live_server.sh"
# shellcheck source=http_examples.sh
. "$source_folder/tests/command/http_examples.sh"

# an unknown command is refused with exit 2 and the list of commands
case_unknown_command() {
    expect "$(code_of "$source_folder/liuhen" fly)" 2
    expect_in "unknown command: fly" "$("$source_folder/liuhen" fly 2>&1)"
    expect_in "doctor" "$("$source_folder/liuhen" fly 2>&1)"
}

# every command of our own answers --help with its usage and exit 0
case_help_everywhere() {
    local command
    for command in up down test reset psql backup restore doctor build bench import nightly; do
        expect "$(code_of "$source_folder/liuhen" "$command" --help)" 0
        expect_in "usage: ./liuhen $command" "$("$source_folder/liuhen" "$command" --help)"
    done
}

# the command finds its repository through a link in a folder with spaces
case_through_a_link() {
    mkdir "a folder"
    ln -s "$source_folder/liuhen" "a folder/liuhen"
    expect_in "usage: ./liuhen COMMAND" "$("./a folder/liuhen" help)"
}

# a wrong option of up is refused before anything is done
case_up_options() {
    expect "$(code_of "$source_folder/liuhen" up --sideways)" 2
    expect "$(code_of "$source_folder/liuhen" up --rate 0)" 2
    expect "$(code_of "$source_folder/liuhen" up --rate 601)" 2
    expect "$(code_of "$source_folder/liuhen" up --empty --rate 60)" 2
    expect "$(code_of "$source_folder/liuhen" up --http-port)" 2
}

# doctor --device prints faults, the ranked profiles and the request that would set the best
case_device_report() {
    use device
    local answer report
    answer='{"terminal":{"id":"7","number":"139","protocol":"jt808","profile":"standard",
        "time_zone":"+08:00","datum":"wgs84"},"quarantined":3,"frames":6,
        "faults":[{"kind":"bad_checksum","meaning":"wrong checksum","meaning_zh":"校验码错误",
            "count":12,"first_at":"a","last_at":"b","last_bytes":"0200"}],
        "profiles":[{"profile":"waste-eeye","score":100,"frames":{"good":6,"all":6},
            "items":{"good":12,"all":12},"times":{"good":6,"all":6},
            "places":{"good":6,"all":6},"bits":{"good":0,"all":0}}],
        "clock":{"kind":"utc","meaning":"its clock shows UTC","meaning_zh":"终端时钟为 UTC"},
        "likely_zone":"+00:00","change":{"method":"POST","path":"/v1/terminals/7",
            "body":{"profile":"waste-eeye"}}}'
    report=$(device_report 127.0.0.1:8080 <<<"$answer")
    expect_in "12 × bad_checksum" "$report"
    expect_in "校验码错误" "$report"
    expect_in "waste-eeye            100  6/6" "$report"
    expect_in "Clock 时钟: its clock shows UTC" "$report"
    expect_in "终端时钟为 UTC" "$report"
    expect_in "http://127.0.0.1:8080/v1/terminals/7" "$report"
    expect_in '{"profile":"waste-eeye"}' "$report"
}

# doctor --device without a server, or without an id, says what is wrong
case_device_faults() {
    use device
    expect "$(code_of command_device)" 2
    expect "$(code_of command_device 139)" 1
    expect_in "./liuhen up" "$(command_device 139 2>&1 || true)"
}

# doctor --device of a live server tells what a device sent wrongly and the profile that would fit
case_device_live() {
    local program
    program=$(built_server) || { echo "SKIPPED: the server is not built" && return 0; }
    live_server "$program"
    local token entered code number=13912344323 time position items report
    token=$(jq -r .tokens.operator endpoints.json)
    entered=$(curl -sf --noproxy '*' -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/json' "http://127.0.0.1:$http/v1/terminals" \
        -d "{\"number\":\"$number\",\"protocol\":\"jt808\"}")
    code=$(jq -j .auth_code <<<"$entered" | perl -ne 'print unpack "H*", $_')
    exec {device}<>"/dev/tcp/127.0.0.1/$jt808"
    time=$(TZ=Asia/Shanghai date +%y%m%d%H%M%S)
    position=000000000000000301acc5a00720f38000d201c8005a$time
    items=e30d00261122080000261122080100e40400000000
    jt808_frames "$number" "0102$code" "0200$position$items" "0200$position$items" \
        "!0200$position" "0200${position:0:20}" >&"$device"
    for _ in {1..200}; do # what was refused is stored a little after it came
        report=$(command_device "$number")
        [[ $report != *bad_checksum* || $report != *truncated* ]] || break
        sleep 0.1
    done
    expect_in "Terminal 终端      $number  (" "$report"
    expect_in "Profile 配置       standard, jt808, zone +08:00, wgs84" "$report"
    expect_in "at 28.1, 119.6, received" "$report"
    expect_in "2 pieces kept 留存" "$report"
    expect_in "1 × bad_checksum         wrong checksum  校验码错误" "$report"
    expect_in "0200001c0${number}0003$position" "$report"
    expect_in "1 × truncated            the body ends inside a field  消息体被截断" "$report"
    expect "$(grep -A2 'frames tried' <<<"$report" | awk 'NR == 3 { print $1 }')" waste-eeye
    expect_in '{"profile":"waste-eeye"}' "$report"
    # The request that it prints is one that works, after which nothing would read it better.
    LIUHEN_TOKEN=$token bash -c "${report##*修改方法:}" >changed.json
    expect "$(jq -r .profile changed.json)" waste-eeye
    report=$(command_device "$number")
    expect_in "Profile 配置       waste-eeye, jt808" "$report"
    expect_in "Nothing would read it better than its profile does." "$report"
    expect "$(code_of command_device 13999999999)" 1
    expect_in "no terminal 13999999999 is entered" "$(command_device 13999999999 2>&1 || true)"
}

# import_one_code: a waste list with the one code of the examples, into the server that runs.
import_one_code() {
    local token
    token=$(jq -r .tokens.operator endpoints.json)
    command curl -sf --noproxy '*' -X PUT -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/json' "http://127.0.0.1:$http/v1/waste-lists/2021" \
        -d '{"kind":"HW","valid_from":"2021-01-01","entries":[{"code":"336-054-17",
            "hazards":["T"],"name":"plating sludge and baths"}]}' >list.json
}

# the jobs of docs/http-examples.md, pasted in their order into one bash, get the answers told there
case_http_examples() {
    local program block
    program=$(built_server) || { echo "SKIPPED: the server is not built" && return 0; }
    mkdir blocks var
    (cd blocks && example_blocks "$source_folder/docs/http-examples.md")
    [[ $(find blocks -name '*.sh' | wc -l) -ge 20 ]]
    expect "$(find blocks -name '*.sh' | wc -l)" "$(find blocks -name '*.statuses' | wc -l)"
    expect "$(cat blocks/*.title | grep -cvP '^\d+\. .+ · .*\p{Han}')" 0
    live_server "$program"
    cp endpoints.json var
    import_one_code
    for block in blocks/*.sh; do paste_block "$block"; done
}

# the scenarios of docs/acceptance.md are printed from their data and answered as they say
case_acceptance_scenarios() {
    local program block job data=$source_folder/docs/acceptance.json
    jq -rf "$source_folder/tests/command/acceptance.jq" "$data" >page.md
    diff page.md "$source_folder/docs/acceptance.md"
    jq -e '[.scenarios[].no] == [range(1; (.scenarios | length) + 1) |
        tostring | if length == 1 then "A0\(.)" else "A\(.)" end]' "$data" >/dev/null
    jq -e '.scenarios | length >= 30 and all(.title_zh != "" and .program != "")' "$data" >/dev/null
    program=$(built_server) || { echo "SKIPPED: the server is not built" && return 0; }
    mkdir jobs scenarios var
    (cd jobs && example_blocks "$source_folder/docs/http-examples.md")
    (cd scenarios && example_blocks ../page.md)
    expect "$(find scenarios -name '*.sh' | wc -l)" "$(find scenarios -name '*.statuses' | wc -l)"
    live_server "$program"
    cp endpoints.json var
    import_one_code
    for block in jobs/*.sh; do
        job=$(cat "${block%.sh}.title")
        ((${job%%.*} <= 9)) || break
        paste_block "$block"
    done
    for block in scenarios/*.sh; do paste_block "$block"; done
}

# the list of what a program is made of names each package with its version, and points nowhere else
case_sbom() {
    use packages sbom
    printf 'package\n' >liuhen_1.deb
    sbom liuhen_1.deb 1.2.3 "$(command -v curl)" >sbom.json
    expect "$(jq -r .spdxVersion sbom.json)" SPDX-2.3
    expect "$(jq -r '.packages[] | select(.name == "libc6") | .versionInfo' sbom.json)" \
        "$(dpkg-query -W -f '${Version}' libc6)"
    expect "$(jq -r '.packages[] | select(.name == "libcurl4") | .externalRefs[0].referenceLocator
        | startswith("pkg:deb/debian/libcurl4@")' sbom.json)" true
    expect "$(jq -r '.packages[0].checksums[0].checksumValue' sbom.json)" \
        "$(sha256sum liuhen_1.deb | cut -d ' ' -f 1)"
    expect "$(jq '[.packages[].SPDXID] as $known | [.relationships[] | .relatedSpdxElement,
        .spdxElementId] | unique - $known - ["SPDXRef-DOCUMENT"]' -c sbom.json)" "[]"
    expect "$(jq '[.packages[].SPDXID] | length == (unique | length)' sbom.json)" true
    expect "$(jq '[.relationships[] | select(.relationshipType == "DYNAMIC_LINK")] | length > 10' \
        sbom.json)" true
}

# a library that no package owns stops the list: it would be missing from it
case_sbom_of_a_stranger() {
    use packages sbom
    # shellcheck disable=SC2317 # called by sbom_linked
    ldd() { echo "libmine.so => $PWD/libmine.so (0x0)"; }
    touch libmine.so
    expect "$(code_of sbom_linked program)" 1
}

# each nightly result is dated, replaces the one before, and a failed one is told by name
case_nightly_record() {
    use nightly
    LIUHEN_VAR=$PWD nightly_found=0
    expect "$(nightly_told "$(nightly_file)")" "the nightly checks never ran here"
    nightly_step "tsan base" true
    nightly_step "asan base" false
    expect "$nightly_found" 1
    expect_in "FAILED: asan base" "$(nightly_told "$(nightly_file)")"
    nightly_step "asan base" true
    expect_in "2 steps between $(date -u +%F)" "$(nightly_told "$(nightly_file)")"
    expect_in "all passed" "$(nightly_told "$(nightly_file)")"
    expect "$(code_of nightly_is_old "$(nightly_file)")" 1
    sed -i '0,/"at": "20/s//"at": "19/' nightly/last.json
    expect "$(code_of nightly_is_old "$(nightly_file)")" 0
}

# the package list is read by section, without comments
case_package_sections() {
    use packages
    expect_in "libboost1.81-dev" "$(packages_in build)"
    expect "$(packages_in run | grep -c postgresql-15)" 3
    expect "$(packages_in build run test | grep -c '[# []' || true)" 0
    expect "$(packages_in nothing)" ""
}

# a first build is refused on a disk without room for it; one that was begun goes on
case_no_room_to_build() {
    use build
    # shellcheck disable=SC2317 # called by build_room
    df() { printf 'Avail\n2999M\n'; }
    mkdir release
    expect_in "3000 MB of disk; only 2999 MB are free" "$(build_room "$PWD/release" 2>&1)"
    expect "$(code_of build_room "$PWD/release")" 1
    touch release/build.ninja
    expect "$(code_of build_room "$PWD/release")" 0
    # shellcheck disable=SC2317
    df() { printf 'Avail\n3000M\n'; }
    rm release/build.ninja
    expect "$(code_of build_room "$PWD/release")" 0
}

# a package that is not installed is reported missing, one that is installed is not
case_packages_missing() {
    use packages
    # shellcheck disable=SC2317 # called by packages_missing
    packages_in() { printf 'bash\nno-such-package-here\n'; }
    expect "$(packages_missing any)" "no-such-package-here"
}

# listen PORT: something listens there until the case ends.
listen() {
    perl -MIO::Socket::INET -e '
        my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => shift, Listen => 1)
            or exit 1;
        print "up\n"; close STDOUT; sleep 60' "$1" >listening 2>/dev/null &
    listener=$!
    trap 'kill "$listener"' EXIT
    until [[ -s listening ]]; do sleep 0.05; done
}

# a taken port is swapped for the next free one, unless it was asked for
case_ports() {
    use ports
    listen 18471
    port_taken 18471
    expect "$(code_of port_taken 18472)" 1
    expect "$(choose_port http 18471 no 2>/dev/null)" 18472
    expect "$(choose_port http 18471 no 18472 2>/dev/null)" 18473
    expect "$(code_of choose_port http 18471 yes)" 1
    expect "$(code_of choose_port http 70000 no)" 2
    expect "$(code_of choose_port http 080 no)" 2
}

# a process note is not mistaken for another process that got the same number
case_process_note() {
    use processes
    mkdir run
    sleep 60 >/dev/null 2>&1 &
    local child=$!
    note_process server "$child"
    expect "$(noted_process server)" "$child"
    echo "$child 1" >run/server.pid
    expect "$(code_of noted_process server)" 1
    kill "$child"
}

# ending a process that ignores the request insists after the given time
case_end_process() {
    use processes
    mkdir run
    bash -c 'trap "" TERM; while :; do sleep 0.05; done' >/dev/null 2>&1 &
    local child=$!
    note_process server "$child"
    sleep 0.2
    end_process server 1 2>/dev/null
    for _ in {1..40}; do  # until the shell has taken notice of its end
        kill -0 "$child" 2>/dev/null || break
        sleep 0.05
    done
    expect "$(code_of kill -0 "$child")" 1
    expect "$(ls run)" ""
}

# a folder below a closed one is not open to the service user
case_open_to_all() {
    use
    mkdir -p closed/inner open
    chmod 0700 closed
    expect "$(code_of open_to_all "$PWD/open")" 0
    expect "$(code_of open_to_all "$PWD/closed/inner")" 1
}

# the cluster listens on no TCP port, does not run as root and takes the owner's role
case_cluster() {
    with_cluster "$PWD/c"
    expect "$(cluster_psql liuhen_owner liuhen -Atc 'show listen_addresses')" ""
    expect "$(cluster_psql liuhen_owner liuhen -Atc 'select current_user')" liuhen_owner
    expect "$(cluster_psql liuhen_owner liuhen -Atc \
        "select extname from pg_extension where extname = 'postgis'")" postgis
    [[ $(stat -c %u "/proc/$(head -n1 "$cluster_data/postmaster.pid")") -ne 0 ]]
    cluster_stop
    expect "$(cluster_processes)" ""
}

# a cluster in a deep folder with spaces and quotes has a socket path that is short enough
case_cluster_deep() {
    local deep
    deep="$PWD/it's a, \"very\" deep/$(printf 'x%.0s' {1..90})"
    with_cluster "$deep"
    [[ ${#cluster_socket} -lt 90 ]]
    expect "$(cluster_psql liuhen_reader liuhen -Atc 'select 1')" 1
    cluster_stop
    [[ ! -e $cluster_socket ]]
}

# after kill -9 and a reused process number the cluster starts again with its data
case_cluster_stale() {
    with_cluster "$PWD/c"
    cluster_psql liuhen_owner liuhen -c 'create table kept (n int)' -c 'insert into kept values (7)'
    kill -KILL "$(head -n1 "$cluster_data/postmaster.pid")"
    as_service sh -c 'echo $$; exec sleep 60' >stranger 2>/dev/null &
    until [[ -s stranger ]]; do sleep 0.05; done
    local stranger
    stranger=$(cat stranger)
    sed -i "1s/.*/$stranger/" "$cluster_data/postmaster.pid"
    expect "$(code_of cluster_running)" 1
    cluster_start fast
    expect "$(cluster_psql liuhen_owner liuhen -Atc 'select n from kept')" 7
    kill -0 "$stranger"
    kill "$stranger"
}

# a database of the same path in another mount namespace is not taken for one's own
case_cluster_namespaces() {
    if ! unshare -m true 2>/dev/null; then
        echo "SKIPPED: no right to make a mount namespace"
        return 0
    fi
    with_cluster "$PWD/c"
    cp "$(command -v sleep)" "$PWD/postgres"
    mkdir other
    # shellcheck disable=SC2016 # for the inner shell
    unshare -m sh -c 'mount --bind other "$1" && cd "$1" && echo $$ >"$2" && exec "$3" 60' sh \
        "$cluster_data" "$PWD/stranger" "$PWD/postgres" &
    until [[ -s stranger ]]; do sleep 0.05; done
    local stranger
    stranger=$(cat stranger)
    expect "$(readlink "/proc/$stranger/cwd")" "$(readlink -f "$cluster_data")"
    [[ $(cluster_processes) != *"$stranger"* ]]
    expect_in "$(head -n1 "$cluster_data/postmaster.pid")" "$(cluster_processes | xargs)"
    kill "$stranger"
}

# a postmaster that was killed is noticed, and one that runs is not taken for it
case_cluster_fell() {
    with_cluster "$PWD/c"
    expect "$(code_of cluster_fell)" 1
    kill -KILL "$(head -n1 "$cluster_data/postmaster.pid")"
    until cluster_fell; do sleep 0.05; done
    cluster_start fast
    expect "$(code_of cluster_fell)" 1
}

# starting a running cluster and stopping a stopped one change nothing
case_cluster_twice() {
    with_cluster "$PWD/c"
    local before
    before=$(head -n1 "$cluster_data/postmaster.pid")
    cluster_start fast
    expect "$(head -n1 "$cluster_data/postmaster.pid")" "$before"
    cluster_stop
    cluster_stop
}

# fill_positions COUNT: so many positions more, and an alert for every tenth
fill_positions() {
    cluster_psql liuhen_owner liuhen -v count="$1" <<'SQL'
insert into observations (terminal_key, at, kind, hash, received_at, message)
    select 1, now(), 1, n + (select count(*) from observations), now(), 512
    from generate_series(1, :count) n;
insert into alert_revisions (alert, revision, what, trip_id, vehicle_id, plate, manifest_nos, kind,
    tier, grade, since, detected_at, late, rule_set, evidence, recorded_at)
    select 'a' || n + (select count(*) from alert_revisions), 1, 'raised', 't',
        gen_random_uuid(), '', '{}', 'OFF_ROUTE', 'B', 2, now(), now(), false, '', '{}', now()
    from generate_series(1, :count / 10) n;
SQL
}
counts_of_positions() {
    cluster_psql liuhen_owner liuhen -Atc \
        "select (select count(*) from sightings) || ' ' || (select count(*) from alert_revisions)"
}

# a database restored to a moment has the positions and alerts of that moment, and the newest has all
case_backup_and_restore() {
    use cluster backup
    mkdir c "a backup"
    choose_service
    service_folder "$PWD/c" 0711
    cluster_use "$PWD/c"
    trap cluster_stop EXIT
    cluster_start safe
    local file moment before
    for file in "$source_folder"/sql/[0-9]*.sql; do
        cluster_psql liuhen_owner liuhen --single-transaction <"$file" >/dev/null
    done
    fill_positions 100
    backup_take "$PWD/a backup" 2 >/dev/null
    fill_positions 50
    before=$(counts_of_positions)
    expect "$before" "150 15"
    sleep 1.1
    moment=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    sleep 1.1
    fill_positions 30
    backup_await_log "$PWD/a backup"
    backup_restore "$PWD/a backup" "$moment"
    expect "$(counts_of_positions)" "$before"
    backup_restore "$PWD/a backup"
    expect "$(counts_of_positions)" "180 18"
    expect "$(find "$PWD/c" -maxdepth 1 -name 'postgres.before-*' | wc -l)" 2
}

# of the copies of a database the newest stay, with the log files that they need
case_backup_forgets() {
    use cluster backup
    mkdir c b
    choose_service
    service_folder "$PWD/c" 0711
    cluster_use "$PWD/c"
    trap cluster_stop EXIT
    cluster_start safe
    local turn
    for turn in 1 2 3; do
        cluster_psql liuhen_owner liuhen -c "create table t$turn (n int)"
        backup_take "$PWD/b" 1 >/dev/null
        sleep 1.1
    done
    expect "$(find b -maxdepth 1 -name 'base-*' | wc -l)" 1
    expect "$(code_of test "$(find b/wal -name '????????????????????????' | wc -l)" -le 3)" 0
    backup_restore "$PWD/b"
    expect "$(cluster_psql liuhen_owner liuhen -Atc "select count(*) from pg_tables where tablename ~ '^t[123]$'")" 3
    expect "$(code_of backup_restore "$PWD/b" 2020-01-01T00:00:00Z)" 1
    expect "$(cluster_psql liuhen_owner liuhen -Atc "select count(*) from pg_tables where tablename ~ '^t[123]$'")" 3
}

sample_report='<?xml version="1.0"?>
<testsuites>
  <testsuite name="t">
    <testcase classname="t" name="one passes" time="0"/>
    <testcase classname="t" name="one says &lt;no&gt;" time="0">
      <failure message="1 == 2" type="CHECK">
      </failure>
    </testcase>
    <testcase classname="t" name="one is absent" time="0">
      <system-out>
SKIPPED: no data
      </system-out>
    </testcase>
    <system-out>
SKIPPED: no data
    </system-out>
  </testsuite>
</testsuites>'

# cases of a report are counted as passed, failed or skipped, and failing ones are named
case_report_counts() {
    use test
    printf '%s\n' "$sample_report" >report.xml
    expect "$(test_cases report.xml | tail -n1)" "COUNT 1 1 1"
    expect_in "FAILED one says <no>" "$(test_cases report.xml)"
}

# a suite that ends badly without a whole report is one failed case
case_report_missing() {
    use test
    mkdir reports
    test_folder=$PWD test_passed=0 test_failed=0 test_skipped=0
    printf '%s\n' "$sample_report" | head -n 5 >reports/half.xml
    echo '<testcase name="half" classname="half" status="fail">' >reports/ctest.xml
    test_count half 2>/dev/null
    expect "$test_passed $test_failed" "0 1"
}

# a suite that fails at length is shown in part, and the suites after it are still counted
case_report_long() {
    use test
    mkdir reports
    test_folder=$PWD test_passed=0 test_failed=0 test_skipped=0
    {
        printf '<testsuites>\n<testcase name="long">\n<failure message="1 == 2">\n'
        yes "a line of what it said" | awk 'NR > 20000 { exit } { print }' || true
        printf '</failure>\n</testcase>\n</testsuites>\n'
    } >reports/long.xml
    test_count long 2>shown >/dev/null
    expect "$test_passed $test_failed" "0 1"
    expect "$(grep -c "a line of what it said" shown)" 59
}

# a suite whose report is whole but whose program ended badly is one failed case more
case_report_bad_end() {
    use test
    mkdir reports
    test_folder=$PWD test_passed=0 test_failed=0 test_skipped=0
    printf '<testsuites>\n<testcase name="a"/>\n</testsuites>\n' >reports/leak.xml
    echo '<testcase name="leak" classname="leak" status="fail">' >reports/ctest.xml
    test_count leak 2>/dev/null
    expect "$test_passed $test_failed" "1 1"
}

# no failing case and no passing case together are a failure, not a success
case_nothing_ran() {
    use test
    test_passed=0 test_failed=0 test_skipped=3
    expect "$(code_of test_close)" 1
    expect "$( (test_close) 2>/dev/null)" "0 passed, 0 failed, 3 skipped"
}

# the shell scripts pass shellcheck
case_shellcheck() {
    command -v shellcheck >/dev/null || { echo "SKIPPED: shellcheck is not installed" && return 0; }
    cd "$source_folder"
    find scripts tests -name '*.sh' -exec shellcheck -x liuhen .ci/run packaging/liuhen-setup \
        packaging/postinst packaging/prerm packaging/postrm {} +
}

# escaped TEXT: for XML; control characters other than line ends are dropped.
escaped() {
    local text
    text=$(tr -d '\000-\010\013-\037' <<<"$1")
    text=${text//&/&amp;} text=${text//</&lt;} text=${text//>/&gt;} text=${text//\"/&quot;}
    printf '%s' "$text"
}

run_case() {
    local name=$1 sentence output code began=$EPOCHREALTIME
    sentence=$(grep -B1 "^$name()" "${BASH_SOURCE[0]}" | sed -n '1s/^# //p')
    mkdir "$scratch/$name"
    # Not in a condition: bash would ignore `set -e` there, and a case fail by its last line only.
    output=$( (set -e && cd "$scratch/$name" && "$name") 2>&1)
    code=$?
    printf '  <testcase classname="command" name="%s" time="%s">\n' "$(escaped "$sentence")" \
        "$(awk "BEGIN { print $EPOCHREALTIME - $began }")" >>"$report"
    if [[ $code -ne 0 ]]; then
        failures=$((failures + 1))
        printf 'FAILED %s\n%s\n' "$sentence" "$output"
        printf '<failure message="exit %s">%s</failure>\n' "$code" "$(escaped "$output")" \
            >>"$report"
    elif [[ $output == *SKIPPED:* ]]; then
        printf '<system-out>%s</system-out>\n' "$(escaped "$output")" >>"$report"
    fi
    printf '  </testcase>\n' >>"$report"
}

failures=0
printf '<?xml version="1.0"?>\n<testsuites><testsuite name="command">\n' >"$report"
for name in $(compgen -A function case_); do run_case "$name"; done
printf '</testsuite></testsuites>\n' >>"$report"
[[ $failures -eq 0 ]]
