# shellcheck shell=bash
# `./liuhen verify`: the history of the last `up`, held against the signed lists beside it.

help_verify() {
    cat <<'HELP'
usage: ./liuhen verify [option...]   is the history of manifests what it was?  校验联单历史
  --manifest NO|ID    one manifest                                      单份联单
  --from D, --to D    manifests made from and up to that day (China)    起止日期
  --anchors DIR       signed lists, those of the last up if not said    签名清单
  --key FILE          trusted public keys; again for more               公钥
  --database CONNINFO another database                                  其他数据库
  --json              the report as JSON
exit code: 0 sound, 1 broken, 2 could not look. docs/history.md says what is checked.
HELP
}

command_verify() {
    local database anchors
    if [[ " $* " != *" --database"* ]]; then
        [[ -e $LIUHEN_VAR ]] ||
            die 2 "there is no database yet; ./liuhen up makes it" "数据库尚未建立"
        make_var
        choose_service
        cluster_use "$(readlink -f "$LIUHEN_VAR")"
        cluster_running ||
            die 2 "the database is not running; start it with ./liuhen up" "数据库未运行"
        database=$(cat "$LIUHEN_VAR/run/database" 2>/dev/null || echo liuhen)
        anchors=$(readlink -f "$LIUHEN_VAR")/anchors/$database
        [[ " $* " == *" --anchors"* || ! -d $anchors ]] || set -- --anchors "$anchors" "$@"
        set -- --database "$(cluster_conninfo '' "$database")" "$@"
    fi
    run_tool liuhen-verify "$@"
}
