#!/bin/sh
# Fetches what pages load that others made, the font and the map's program, and keeps it beside licence and checksums.
#
#   scripts/vendor.sh          fetch all of it again with npm and compare every file with SHA256SUMS
#   scripts/vendor.sh --check  compare what is in the repository with SHA256SUMS; needs no network
#
# htmx is not vendored: the desk serves the copy that django-htmx brings, whose version uv.lock fixes.
set -eu

version=5.3.0
package=@fontsource-variable/source-sans-3
leaflet=1.9.4
markercluster=1.5.3
cd "$(dirname "$0")/.."
target=static/vendor/source-sans-3-$version
map=static/vendor/leaflet-$leaflet
clusters=static/vendor/leaflet.markercluster-$markercluster
subsets="latin latin-ext cyrillic cyrillic-ext"

verify() (
    target=$1
    cd "$target"
    sha256sum --check --strict --quiet SHA256SUMS
    unlisted=$(find . -type f ! -name SHA256SUMS -printf '%P\n' | while read -r file; do
        grep -q "  $file\$" SHA256SUMS || echo "$file"
    done)
    [ -z "$unlisted" ] || { echo "Not listed in $target/SHA256SUMS: $unlisted" >&2; exit 1; }
    echo "$target: every file is as listed."
)

verify_all() {
    for folder in "$target" "$map" "$clusters"; do verify "$folder"; done
}

# A first run writes the sums; every later one has to meet them.
list_sums() (
    cd "$1"
    [ -f SHA256SUMS ] || {
        sums=$(find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum)
        echo "$sums" >SHA256SUMS
    }
)

fetch() (
    mkdir -p "$work/$2" && cd "$work/$2"
    npm pack --silent "$1" >/dev/null && tar -xzf ./*.tgz
)

if [ "${1:-}" = --check ]; then
    verify_all
    exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch "$package@$version" font
fetch "leaflet@$leaflet" leaflet
fetch "leaflet.markercluster@$markercluster" clusters

mkdir -p "$target"
cp "$work/font/package/LICENSE" "$target/LICENSE"
: >"$work/fonts.css"
for style in normal italic; do
    case $style in normal) source=wght.css ;; italic) source=wght-italic.css ;; esac
    for subset in $subsets; do
        file=source-sans-3-$subset-wght-$style.woff2
        cp "$work/font/package/files/$file" "$target/$file"
        # The package's own rule for this subset, pointed at the file beside it.
        sed -n "\|^/\* source-sans-3-$subset-wght-$style \*/|,/^}/p" "$work/font/package/$source" |
            sed -e 's|\./files/||' -e "s|'Source Sans 3 Variable'|\"Source Sans 3\"|" -e "s|woff2-variations|woff2|" >>"$work/fonts.css"
    done
done
grep -v sourceMappingURL "$work/fonts.css" >"$target/fonts.css"

mkdir -p "$map/images" "$clusters"
cp "$work/leaflet/package/LICENSE" "$work/leaflet/package/dist/leaflet.css" "$map/"
cp "$work"/leaflet/package/dist/images/*.png "$map/images/"
grep -v sourceMappingURL "$work/leaflet/package/dist/leaflet.js" >"$map/leaflet.js"
cp "$work/clusters/package/MIT-LICENCE.txt" "$clusters/LICENSE"
cp "$work/clusters/package/dist/MarkerCluster.css" "$clusters/"
grep -v sourceMappingURL "$work/clusters/package/dist/leaflet.markercluster.js" >"$clusters/leaflet.markercluster.js"

for folder in "$target" "$map" "$clusters"; do list_sums "$folder"; done
verify_all
