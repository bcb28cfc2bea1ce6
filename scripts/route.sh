# shellcheck shell=bash
# `./liuhen route`: the corridor between places over the roads of a map extract.

help_route() {
    cat <<'HELP'
usage: ./liuhen route ROADS --from LAT,LON --to LAT,LON [--via LAT,LON]... [options]
  Prints the quickest way of a lorry and its corridor as a GeoJSON Feature: the line, the greatest
  allowed distance to either side at each vertex (`widths_m`), length and time. 规划运输路线与走廊
  ROADS      an OpenStreetMap extract: .osm.pbf, .osm, .osm.bz2; or .opl with locations on ways
  --width M  metres to either side, 20..2000 (50); wider where another carriageway or a ramp lies
  --tonnes T --height M   of the lorry (31, 4), held against signs
  --harmless no dangerous goods: roads closed to these are used
  Places are WGS 84. Turn restrictions are not minded.
Exit 0 done, 1 the roads cannot be used or lead nowhere, 2 wrong usage.
HELP
}

# roads_in FILE: its drivable ways as OPL, each with the places of its nodes.
roads_in() {
    osmium tags-filter --no-progress "$1" w/highway -f pbf -o - |
        osmium add-locations-to-ways --no-progress -F pbf - -f opl,locations_on_ways=true -o -
}

command_route() {
    local file=${1:-}
    [[ -n $file && $file != -* ]] || {
        help_route >&2
        exit 2
    }
    shift
    [[ -r $file ]] || die 1 "$file cannot be read" "无法读取文件"
    make_var
    build_programs
    local program
    program=$(build_folder release)/liuhen-route
    [[ $file != *.opl ]] || exec "$program" --opl "$file" "$@"
    need_packages route
    roads_in "$file" | "$program" "$@"
}
