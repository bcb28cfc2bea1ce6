#!/usr/bin/env bash
# docs/openapi.json against its linter, and against a server that is asked through a checking proxy.
#   contract_test.sh REPORT.xml BUILD-FOLDER    exit 1 when a case failed; REPORT in JUnit form
# Redocly, Prism and Node come from npm's registry at the versions of package-lock.json and are kept
# in BUILD-FOLDER/contract. Where neither they nor the registry can be had, the report says SKIPPED.
set -euo pipefail
here=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
source_folder=$(cd -P "$here/../.." && pwd)
report=$1
tools=$2/contract
program=$2/liuhen-server
# shellcheck source=../command/live_server.sh
. "$source_folder/tests/command/live_server.sh"

# one_case NAME ELEMENT TEXT: a report of that case alone, with TEXT in ELEMENT.
one_case() {
    local text
    text=$(tr -cd '\12\40-\176' <<<"$3" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')
    printf '<testsuites>\n<testcase name="%s">\n<%s>%s</%s>\n</testcase>\n</testsuites>\n' \
        "$1" "$2" "$text" "$2" >"$report"
    echo "$3"
}

# tools_installed: true when they are there, at the versions of the lock file.
tools_installed() {
    local wanted
    wanted=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum)
    [[ $(cat "$tools/installed" 2>/dev/null) != "$wanted" ]] || return 0
    mkdir -p "$tools"
    rm -f "$tools/installed"
    cp "$here/package.json" "$here/package-lock.json" "$tools"
    (cd "$tools" && npm ci --no-audit --no-fund --fetch-retries 1 --fetch-timeout 60000) \
        >"$tools/npm.log" 2>&1 || return 1
    echo "$wanted" >"$tools/installed"
}

# no_network: true when npm's log names that as the cause.
no_network() {
    grep -E 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT' \
        "$tools/npm.log" >/dev/null
}

# prism_before PORT: a proxy that refuses what the description does not allow, either way. It reads
# a copy in which members that are not described are faults.
prism_before() {
    local port=$1 tries
    node "$here/strict.mjs" "$source_folder/docs/openapi.json" strict.json
    "$tools/node_modules/.bin/prism" proxy strict.json "http://127.0.0.1:$http" --errors \
        --host 127.0.0.1 --port "$port" >prism.log 2>&1 &
    prism=$!
    # shellcheck disable=SC2154 # set by live_server
    trap 'kill "$prism" "$server"; wait "$server" || true; cluster_stop' EXIT
    for tries in {1..300}; do
        ! curl -s --noproxy '*' -o /dev/null "http://127.0.0.1:$port/livez" || return 0
        kill -0 "$prism" || break
        sleep 0.1
    done
    echo "the proxy did not start after $tries tries"
    cat prism.log
    exit 1
}

# walk: server and proxy are started, all cases run, and both stopped.
walk() {
    live_base=19480
    live_server "$program" --demo-clock 2026-03-02T08:00:00Z@1 --outbound-http \
        --outbound-networks 127.0.0.1
    prism_port=$(choose_port prism $((live_base + 300)) no 2>/dev/null)
    prism_before "$prism_port"
    export LIUHEN_CONTRACT_TOOLS=$tools/node_modules/.bin LIUHEN_JT808=$jt808
    export LIUHEN_DIRECT=http://127.0.0.1:$http
    export LIUHEN_PROXY=http://127.0.0.1:$prism_port LIUHEN_ENDPOINTS=$scratch/endpoints.json
    export TMPDIR=$scratch
    node --test --test-concurrency=1 --test-timeout=240000 \
        --test-reporter=junit --test-reporter-destination="$report" \
        --test-reporter=spec --test-reporter-destination=stdout "$here"/*.test.mjs || {
        echo "What the server said of faults:"
        grep '"level":"error"' server.log || echo "nothing"
        exit 1
    }
}

command -v npm >/dev/null || {
    one_case "the tools are there" system-out "SKIPPED: npm is not installed"
    exit 0
}
tools_installed || {
    if no_network; then
        one_case "the tools are there" system-out "SKIPPED: the registry of npm is out of reach"
        exit 0
    fi
    one_case "the tools are there" failure "npm ci failed: $(tail -n 20 "$tools/npm.log")"
    exit 1
}
export PATH=$tools/node_modules/node/bin:$PATH NO_PROXY=127.0.0.1
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

scratch=$(mktemp -d "${TMPDIR:-/tmp}/liuhen-contract.XXXXXX")
chmod 0711 "$scratch"
cd "$scratch"
trap 'rm -rf "$scratch"' EXIT
(walk) # in a shell of its own, which stops what it started
