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
  --show             each miss and false alarm of tier A, on stderr
  --no-variants --no-real   without the runs for robustness, without recorded drives
  --markdown         accepted; the tables always are Markdown
Recordings and networks are read from ../shared/data; without it the roads are invented.
HELP
}

command_score() {
    make_var
    need_packages build
    command -v osmium >/dev/null || need_packages route
    build release liuhen-score
    say "  $(bench_machine)" >&2
    exec "$(build_folder release)/tests/score/liuhen-score" \
        --shared "$LIUHEN_ROOT/../shared/data" "$@"
}
