# shellcheck shell=bash
# What the programs are made of, as an SPDX 2.3 document: Debian's packages that they are linked
# with, and those whose headers they were built from.

# sbom_licence PACKAGE: the licences that Debian names in its copyright file, comma between; empty
# when that file is not in the form of DEP 5.
sbom_licence() {
    local file=/usr/share/doc/$1/copyright
    [[ -r $file ]] && head -n 3 "$file" | grep -q '^Format:' || return 0
    sed -n 's/^License: *//p' "$file" | grep -v '^$' | LC_ALL=C sort -u | paste -sd , | sed 's/,/, /g'
}

# sbom_owner FILE: the package that a library came with.
sbom_owner() {
    local path=$1 found
    for path in "$(readlink -f "$1")" "$1" "${1#/usr}" "/usr$1"; do
        found=$(dpkg-query -S "$path" 2>/dev/null | head -n 1) || continue
        [[ -n $found ]] || continue
        found=${found%%: *}
        echo "${found%%:*}"
        return 0
    done
    return 1
}

# sbom_linked PROGRAM...: packages of the shared libraries that they load, one a line.
sbom_linked() {
    local program libraries library
    for program in "$@"; do
        libraries=$(ldd "$program") || die 1 "cannot see what $program is linked with"
        awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' <<<"$libraries"
    done | LC_ALL=C sort -u | while IFS= read -r library; do
        sbom_owner "$library" || die 1 "$library belongs to no package; what is it?"
    done | LC_ALL=C sort -u
}

# sbom_rows RELATION: a JSON object for each package on standard input that is installed.
sbom_rows() {
    local name version source
    while IFS= read -r name; do
        IFS=' ' read -r version source < <(dpkg-query -W \
            -f '${Version} ${source:Package}\n' "$name" 2>/dev/null) || continue
        jq -cn --arg name "$name" --arg version "$version" --arg source "$source" \
            --arg licence "$(sbom_licence "$name")" --arg relation "$1" '$ARGS.named'
    done
}

# sbom FILE VERSION PROGRAM...: the document about the package FILE of these programs.
sbom() {
    local file=$1 version=$2 linked
    shift 2
    linked=$(sbom_linked "$@")
    {
        sbom_rows DYNAMIC_LINK <<<"$linked"
        packages_in build | grep -vxF "$linked" | sbom_rows BUILD_DEPENDENCY_OF
    } | jq -s --arg file "${file##*/}" --arg version "$version" \
        --arg sha256 "$(sha256sum "$file" | cut -d ' ' -f 1)" \
        --arg architecture "$(dpkg --print-architecture)" \
        --arg created "$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%FT%TZ)" '
        def id: "SPDXRef-" + gsub("[^A-Za-z0-9.-]"; "-");
        def licence: {
            "Expat": "MIT", "MIT": "MIT", "Apache-2.0": "Apache-2.0", "BSL-1.0": "BSL-1.0", "Zlib": "Zlib",
            "ISC": "ISC", "BSD-3-clause": "BSD-3-Clause", "BSD-2-clause": "BSD-2-Clause",
            "PostgreSQL": "PostgreSQL", "LGPL-2.1+": "LGPL-2.1-or-later",
            "GPL-2+": "GPL-2.0-or-later", "LGPL-2+": "LGPL-2.0-or-later", "curl": "curl"
        }[.] // "NOASSERTION";
        {
            spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT",
            name: $file, documentNamespace: "https://spdx.org/spdxdocs/\($file)-\($sha256)",
            creationInfo: {created: $created, creators: ["Tool: liuhen-package"]},
            packages: ([{
                SPDXID: ("liuhen" | id), name: "liuhen", versionInfo: $version,
                packageFileName: $file, downloadLocation: "NOASSERTION", filesAnalyzed: false,
                checksums: [{algorithm: "SHA256", checksumValue: $sha256}]
            }] + map({
                SPDXID: (.name | id), name, versionInfo: .version,
                supplier: "Organization: Debian", downloadLocation: "NOASSERTION",
                filesAnalyzed: false, licenseConcluded: "NOASSERTION",
                licenseDeclared: (.licence | licence),
                licenseComments: (if .licence == "" then "see debian/copyright"
                                  else "debian/copyright names: " + .licence end),
                sourceInfo: ("built from Debian source package " + .source),
                externalRefs: [{
                    referenceCategory: "PACKAGE-MANAGER", referenceType: "purl",
                    referenceLocator: ("pkg:deb/debian/\(.name | @uri)@\(.version | @uri)"
                                       + "?arch=\($architecture)&distro=debian-12")
                }]
            })),
            relationships: ([{
                spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES",
                relatedSpdxElement: ("liuhen" | id)
            }] + map(if .relation == "DYNAMIC_LINK"
                then {spdxElementId: ("liuhen" | id), relationshipType: .relation,
                      relatedSpdxElement: (.name | id)}
                else {spdxElementId: (.name | id), relationshipType: .relation,
                      relatedSpdxElement: ("liuhen" | id)} end))
        }'
}
