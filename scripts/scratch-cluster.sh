#!/usr/bin/env bash
# A PostgreSQL cluster to throw away, for tests.
#   scratch-cluster.sh start DIR [--durable]   prints how to connect as liuhen_owner
#   scratch-cluster.sh stop DIR                stops it and removes DIR
# Without --durable it does not wait for the disk (fsync off). Each role of cluster.sh may connect.
set -euo pipefail
LIUHEN_ROOT=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=say.sh
. "$LIUHEN_ROOT/scripts/say.sh"
# shellcheck source=folders.sh
. "$LIUHEN_ROOT/scripts/folders.sh"
# shellcheck source=cluster.sh
. "$LIUHEN_ROOT/scripts/cluster.sh"

[[ $# -ge 2 ]] || die 2 "usage: scratch-cluster.sh start|stop DIR [--durable]"
action=$1 folder=$2 safety=fast
[[ ${3:-} != --durable ]] || safety=safe

[[ $action != start ]] || mkdir -p "$folder"
[[ -d $folder ]] || exit 0
folder=$(cd -P "$folder" && pwd)
choose_service
cluster_use "$folder"
case $action in
    start)
        service_folder "$folder" 0711
        cluster_start "$safety"
        cluster_conninfo liuhen_owner
        echo
        ;;
    stop)
        cluster_stop
        [[ ! -d $folder/postgres ]] || rm -rf "$folder"
        ;;
    *) die 2 "unknown action $action" ;;
esac
