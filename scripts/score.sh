# shellcheck shell=bash
# `./liuhen score`: the detection benchmark, by the program of tests/score.

help_score() {
    cat <<'HELP'
usage: ./liuhen score [--part train|tune|test] [--seed S] [--seeds N] [--quick] [option]...
  Drives journeys from a generator through the watch and plain rules beside it, and prints the
  tables of docs/detection.md: recall, false alarms per 1,000 vehicle-days with 95 % bounds, delays.
  检测评分:生成行程、统计召回率、误报率与时延
  --part P           train (default), tune, test: other roads, recordings and seeds each
  --seed S           1 by default; --seeds N: N runs with following seeds, put together
  --quick            12 journeys of each of 16 positive families, 60 vehicle-days; seconds
  --journeys N       of each positive family (200); --vehicle-days D: of legal journeys (5000)
  --roads FILE       further roads: .osm.pbf, .osm (through osmium), .opl; --only-roads: no others
  --track P.csv:R.csv   further legal drives: id,time,POINT (lon lat) and their routes id,WKT
  --family F         only P1 ... P16, N1 ... N20; may be repeated
  --features FILE    also one line a journey with the strength of every sign, for fitting weights
  --show             each miss and false alarm on stderr: of tier A, on recorded drives of A and B
  --only-real        recorded drives alone; --no-real: without them
  --no-variants      without the runs for robustness
  --markdown         accepted; the tables always are Markdown
  --save             put the tables into docs/detection.md as well
Recordings and networks are read from ../shared/data; without it the roads are invented.
HELP
}

# score_keep FILE: its text between the marks of docs/detection.md.
score_keep() {
    local page=$LIUHEN_ROOT/docs/detection.md
    grep -q '^<!-- score:begin -->$' "$page" || die 1 "$page has no place for it" "文档缺少标记"
    awk -v tables="$1" '
        /^<!-- score:begin -->$/ { print; while ((getline line < tables) > 0) print line; skip = 1 }
        /^<!-- score:end -->$/ { skip = 0 }
        !skip { print }
    ' "$page" >"$page.new"
    mv "$page.new" "$page"
}

command_score() {
    local save=no argument program tables
    local -a arguments=()
    for argument in "$@"; do
        if [[ $argument == --save ]]; then save=yes; else arguments+=("$argument"); fi
    done
    make_var
    need_packages build
    command -v osmium >/dev/null || need_packages route
    build release liuhen-score
    program=$(build_folder release)/tests/score/liuhen-score
    say "  $(bench_machine)"
    set -- "$program" --shared "$LIUHEN_ROOT/../shared/data" ${arguments[@]+"${arguments[@]}"}
    [[ $save == yes ]] || exec "$@"
    mkdir -p "$LIUHEN_VAR/score"
    tables=$LIUHEN_VAR/score/tables.md
    { echo "\`./liuhen score ${arguments[*]-}\` on $(bench_machine)."; echo; "$@"; } | tee "$tables"
    score_keep "$tables"
}
