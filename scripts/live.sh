# shellcheck shell=bash
# What a person sees while `up` runs: a summary line each second, and each alert as it comes.

# The metrics that the summary is made of, in the order in which live_read sets them.
live_names="liuhen_trucks_online liuhen_fixes_total liuhen_open_trips liuhen_open_alerts \
liuhen_commit_seconds_sum liuhen_commit_seconds_count"

# live: until a signal comes. The long poll for alerts is also the second's tick.
live() {
    local began=$SECONDS tick
    live_cursor='' live_first=''
    declare -gA live_ended=()
    live_sum=0 live_count=0 live_fixes=0 live_at=$EPOCHREALTIME
    say_next=0
    while :; do
        tick=$SECONDS
        ! cluster_fell || live_restart_database
        noted_process server >/dev/null || live_restart
        live_play_over
        live_alerts $((SECONDS - began))
        live_summary
        # A feed that answers at once (none new, or an error) must not make this loop spin.
        [[ $SECONDS -ne $tick ]] || sleep 1
    done
}

# live_restart_database: a database that fell is started again, on what it had written, five times.
live_restart_database() {
    live_database_falls=$((${live_database_falls:-0} + 1))
    fault "the database ended by itself; starting it again ($live_database_falls)" \
        "数据库意外退出,正在重启"
    tail_of "$cluster_log" 5
    [[ $live_database_falls -lt 5 ]] || die 1 "the database keeps ending (log: $cluster_log)"
    cluster_start
}

# live_restart: a server that fell is started again on the same ports and the same clock; one that
# falls five times is not.
live_restart() {
    live_falls=$((${live_falls:-0} + 1))
    fault "the server ended by itself; starting it again ($live_falls)" "服务器意外退出,正在重启"
    tail_of "$LIUHEN_LOG/server.log" 5
    [[ $live_falls -lt 5 ]] || die 1 "the server keeps ending (log: $LIUHEN_LOG/server.log)"
    server_start
}

# live_play_over: tells once that the demo's play has ended, and how.
live_play_over() {
    local code=0
    [[ -n $up_simulator ]] && ! noted_process simulate >/dev/null || return 0
    wait "$up_simulator" || code=$?
    up_simulator=''
    if [[ $code -eq 0 ]]; then
        say "The demo's trucks are home; the server goes on." "演示结束,服务继续"
    else
        fault "the simulators ended with $code:" "模拟器异常退出"
        tail_of "$LIUHEN_LOG/simulate.log" 3
    fi
}

# live_get PATH: what the server answers to the regulator's token, which no process list shows.
# Regulators see every tier; the police's own feed holds tier A unless it asks for more.
live_get() {
    printf 'header = "Authorization: Bearer %s"\n' "$up_regulator" |
        curl -fsS -m 5 --noproxy '*' -K - "http://127.0.0.1:$up_http$1" 2>/dev/null
}

# live_alerts SECONDS: prints what began, ended or was withdrawn; waits a second when nothing did.
# Growing evidence (an amended alert that still lasts, or that has ended and was told so) is in the
# feed and not told here.
live_alerts() {
    local page line
    page=$(live_get "/v1/alerts?limit=50&wait=1${live_cursor:+&after=$live_cursor}") || return 0
    live_cursor=$(jq -r '.next // empty | @uri' <<<"$page")
    while IFS= read -r line; do
        [[ -n $line && -z ${live_ended[$line]:-} ]] || continue
        [[ $line != ended* ]] || live_ended[$line]=told
        if [[ -z $live_first ]]; then
            live_first=$1
            say "First alert $1 s after ready." "首个告警"
        fi
        say "  $line"
    done < <(jq -r '.events[]? | .data as $d
        | (.type | sub("^liuhen\\.alert\\."; "") | sub("\\.v1$"; "")) as $what
        | select($what != "amended" or $d.until != null) | [
        (if $what == "amended" then "ended" else $what end),
        $d.tier, $d.kind, $d.plate, $d.manifest_no, ($d.since // "" | tostring)
        ] | map(select(. != null and . != "") | tostring) | join("  ")' <<<"$page")
}

# live_read: the metrics of live_names, summed over their labels, one line; "-" where there is none.
live_read() {
    curl -fsS -m 2 --noproxy '*' "http://127.0.0.1:$up_http/metrics" 2>/dev/null |
        awk -v names="$live_names" '
            /^#/ || NF < 2 { next }
            { name = $1; sub(/\{.*/, "", name); sum[name] += $NF; seen[name] = 1 }
            END { n = split(names, wanted, " ")
                  for (i = 1; i <= n; i++)
                      printf "%s ", (wanted[i] in seen) ? sum[wanted[i]] + 0 : "-"
                  print "" }'
}

# live_summary: the status line.
live_summary() {
    local online fixes trips alerts sum count now=$EPOCHREALTIME line
    read -r online fixes trips alerts sum count < <(live_read) || return 0
    line=$(awk -v online="$online" -v fixes="$fixes" -v trips="$trips" -v alerts="$alerts" \
        -v sum="$sum" -v count="$count" -v was="$live_fixes" -v sum_was="$live_sum" \
        -v count_was="$live_count" -v span="$now $live_at" 'BEGIN {
            split(span, at, " ")
            rate = fixes == "-" ? "-" : sprintf("%.0f", (fixes - was) / (at[1] - at[2] + 1e-3))
            commit = "-"
            if (count != "-" && count > count_was)
                commit = sprintf("%.1f ms", 1000 * (sum - sum_was) / (count - count_was))
            printf "trucks online %s | fixes/s %s | open trips %s | open alerts %s | commit %s",
                online, rate, trips, alerts, commit }') || return 0
    live_fixes=${fixes/-/0} live_sum=${sum/-/0} live_count=${count/-/0} live_at=$now
    status "$line"
}
