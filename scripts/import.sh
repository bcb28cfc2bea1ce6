# shellcheck shell=bash
# `./liuhen import`: data that somebody publishes, from a file into the database of the last `up`.

help_import() {
    cat <<'HELP'
usage: ./liuhen import waste-list FILE --edition NAME --from DAY [--to DAY]   导入废物名录
       ./liuhen import calendar FILE                                          导入节假日安排
  FILE       comma-separated values with a heading, UTF-8; read whole or not at all, faults are
             told as file:line:column
  waste-list what the file is stands in its heading:
               code,hazards[,category,category_name,name]   hazardous-waste list
               code[,category,category_name,name]           general-waste catalogue
               code_or_category,condition[,rule]            transport exemptions
             DAY is YYYY-MM-DD; without --to it holds until a later edition begins. Importing the
             same again changes nothing; another content under the same name replaces it.
  calendar   date,kind: kind is holiday, or workday for a weekend day made up for. Each year in the
             file is replaced as a whole, and open due times are counted anew.
  --database NAME   another one than that of the last up
Exit 0 imported, 1 the file has faults and nothing was imported, 2 wrong usage.
HELP
}

command_import() {
    local words=() database
    database=$(cat "$LIUHEN_VAR/run/database" 2>/dev/null || echo liuhen)
    while [[ $# -gt 0 ]]; do
        case $1 in
            --help | -h) help_import && return 0 ;;
            --database)
                [[ $# -ge 2 ]] || die 2 "$1 needs a value; see --help" "$1 缺少参数"
                database=$2
                shift 2
                ;;
            *) words+=("$1") && shift ;;
        esac
    done
    [[ ${#words[@]} -gt 0 ]] || {
        help_import >&2
        exit 2
    }
    [[ -e $LIUHEN_VAR ]] || die 1 "there is no database yet; ./liuhen up makes it" "数据库尚未建立"
    make_var
    choose_service
    cluster_use "$(readlink -f "$LIUHEN_VAR")"
    cluster_running || die 1 "the database is not running; start it with ./liuhen up" "数据库未运行"
    run_tool liuhen-server import "${words[@]}" --database "$(cluster_conninfo '' "$database")"
}
