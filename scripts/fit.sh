# shellcheck shell=bash
# `./liuhen fit`: weights of the fusion from training journeys, by the program of tests/score.

help_fit() {
    cat <<'HELP'
usage: ./liuhen fit [option]...
  Drives training journeys of the benchmark's generator through the watch, fits the weights of the
  fusion by penalised logistic regression, and prints them as tables in Markdown. Other parts of the
  benchmark are never looked at.                                     拟合研判权重
  --rules FILE       write the rule set, as /v1/rule-sets and `replay --rules` take it
  --name VERSION     of it ("fitted")
  --csv FILE         write a line a journey: whether something was dumped, and every strength
  --seed S           1 by default; --seeds N: N runs with following seeds, put together
  --journeys N       of each positive family (200); --vehicle-days D: of legal journeys (500)
  --penalty P        of a weight's squared way from the standard set's (2)
  --false-alarms F   most per 1,000 vehicle-days of training, for the upper bound (5)
Exit: 0 done, 1 a file cannot be written, else wrong usage.
HELP
}

command_fit() {
    make_var
    need_packages build
    command -v osmium >/dev/null || need_packages route
    build release liuhen-fit
    exec "$(build_folder release)/tests/score/liuhen-fit" \
        --shared "$LIUHEN_ROOT/../shared/data" "$@"
}
