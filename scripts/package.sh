# shellcheck shell=bash
# `./liuhen package`: the programs, tables and service as a Debian package.

help_package() {
    cat <<'HELP'
usage: ./liuhen package [FOLDER]     builds liuhen_VERSION_ARCHITECTURE.deb into FOLDER, the current
                                     one when not given, and beside it what it is made of, as
                                     SPDX (.spdx.json)                              生成 deb 安装包
On the machine that runs it: apt-get install ./liuhen_*.deb, then liuhen-setup (docs/packaging.md).
HELP
}

command_package() {
    [[ $# -le 1 ]] || die 2 "package takes one folder; see ./liuhen package --help" "参数过多"
    local folder log=$LIUHEN_LOG/package.log built
    make_var
    folder=$(cd "${1:-.}" && pwd) || die 1 "there is no folder ${1:-.}" "目录不存在"
    need_packages build package
    build_programs
    status "packing"
    rm -rf "$LIUHEN_VAR/package"
    (cd "$(build_folder release)" && cpack -B "$LIUHEN_VAR/package") >"$log" 2>&1 || {
        tail_of "$log" 15
        die 1 "cpack failed (log: $log)" "打包失败"
    }
    for built in "$LIUHEN_VAR"/package/*.deb; do
        cp "$built" "$folder/"
        say "$folder/${built##*/}"
        package_sbom "$folder/${built##*/}"
    done
    rm -rf "$LIUHEN_VAR/package"
}

# package_sbom DEB: of the programs as they lie in it.
package_sbom() {
    local inside=$LIUHEN_VAR/package/inside version
    version=$(dpkg-deb -f "$1" Version)
    dpkg-deb -x "$1" "$inside"
    sbom "$1" "$version" "$inside"/usr/bin/* >"${1%.deb}.spdx.json" ||
        die 1 "no list of what $1 is made of" "无法生成物料清单"
    say "${1%.deb}.spdx.json"
}
