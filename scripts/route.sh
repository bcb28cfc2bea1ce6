# shellcheck shell=bash
# `./liuhen route`: the corridor between places over the roads of a map extract.

help_route() {
    cat <<'HELP'
usage: ./liuhen route ROADS --from LAT,LON --to LAT,LON [--via LAT,LON]... [options]
  Prints the quickest way of a lorry and its corridor as a GeoJSON Feature: the line, the greatest
  allowed distance to either side at each vertex (`widths_m`), tunnels, length and time.
  规划运输路线与走廊
  ROADS      an OpenStreetMap extract: .osm.pbf, .osm, .osm.bz2; or .opl with locations on ways
  --width M  metres to either side, 20..2000 (50); wider where another carriageway or a ramp lies
  --tonnes T --height M   of the lorry (31, 4), held against signs
  --harmless no dangerous goods: roads closed to these are used
  --name TEXT --from-site ID --to-site ID --carrier ID --why TEXT
             written into the feature, which POST /v1/routes then takes as it is
  --save     sends it to the server of the last up: an approved route, watched at once 存入数据库
             (needs --name; LIUHEN_TOKEN is another token than the operator's)
  Places are WGS 84. Turn restrictions are not minded.
Exit 0 done, 1 the roads cannot be used, lead nowhere, or the server refuses, 2 wrong usage.
HELP
}

# roads_in FILE: its drivable ways as OPL, each with the places of its nodes.
roads_in() {
    osmium tags-filter --no-progress "$1" w/highway -f pbf -o - |
        osmium add-locations-to-ways --no-progress -F pbf - -f opl,locations_on_ways=true -o -
}

# route_found FILE ARGUMENT...: the feature.
route_found() {
    local file=$1 program
    shift
    program=$(build_folder release)/liuhen-route
    [[ ! -t 2 ]] || set -- "$@" --progress
    if [[ $file == *.opl ]]; then
        "$program" --opl "$file" "$@"
    else
        roads_in "$file" | "$program" "$@"
    fi
}

# route_save FEATURE: tells the server; the token is in no process list.
route_save() {
    local endpoints=$LIUHEN_VAR/endpoints.json http token answer status
    [[ -r $endpoints ]] || die 1 "no server has run here; start it with ./liuhen up" "服务未运行"
    http=$(jq -r .http "$endpoints")
    token=${LIUHEN_TOKEN:-$(jq -r '.tokens.operator // empty' "$endpoints")}
    [[ -n $token ]] || die 1 "no operator's token in $endpoints; set LIUHEN_TOKEN" "缺少运营令牌"
    answer=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
        curl -sS -m 60 --noproxy '*' -K - -w '\n%{http_code}' -H 'Content-Type: application/geo+json' \
            --data-binary "@$1" "http://$http/v1/routes") ||
        die 1 "the server does not answer; start it with ./liuhen up" "服务未响应"
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if [[ $status != 201 ]]; then
        jq -r '(.detail // .title), (.errors[]? | "  \(.pointer): \(.message) \(.value // "")")' \
            <<<"$answer" >&2 || printf '%s\n' "$answer" >&2
        die 1 "the server refused the route ($status); nothing was stored" "服务拒绝了该路线"
    fi
    jq -r '"route \(.id), version \(.version), \(.state)"' <<<"$answer"
}

command_route() {
    local file=${1:-} save=no arguments=() feature
    [[ -n $file && $file != -* ]] || {
        help_route >&2
        exit 2
    }
    shift
    [[ -r $file ]] || die 1 "$file cannot be read" "无法读取文件"
    while [[ $# -gt 0 ]]; do
        if [[ $1 == --save ]]; then save=yes; else arguments+=("$1"); fi
        shift
    done
    make_var
    build_programs
    [[ $file == *.opl ]] || need_packages route
    if [[ $save == no ]]; then
        route_found "$file" "${arguments[@]}"
        return
    fi
    [[ " ${arguments[*]} " == *" --name"[\ =]* ]] ||
        die 2 "--save needs --name: how the route is called" "--save 需要 --name"
    feature=$(mktemp)
    trap 'rm -f "$feature"' RETURN
    route_found "$file" "${arguments[@]}" --source "OpenStreetMap: $(basename "$file")" >"$feature" ||
        return
    route_save "$feature"
}
