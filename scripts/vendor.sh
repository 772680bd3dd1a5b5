#!/bin/sh
# Fetches the font that pages are set in and keeps it beside its licence and checksums.
#
#   scripts/vendor.sh          fetch it again with npm and compare every file with SHA256SUMS
#   scripts/vendor.sh --check  compare what is in the repository with SHA256SUMS; needs no network
#
# htmx is not vendored: the desk serves the copy that django-htmx brings, whose version uv.lock fixes.
set -eu

version=5.3.0
package=@fontsource-variable/source-sans-3
cd "$(dirname "$0")/.."
target=static/vendor/source-sans-3-$version
subsets="latin latin-ext cyrillic cyrillic-ext"

verify() (
    cd "$target"
    sha256sum --check --strict --quiet SHA256SUMS
    unlisted=$(find . -type f ! -name SHA256SUMS -printf '%P\n' | while read -r file; do
        grep -q "  $file\$" SHA256SUMS || echo "$file"
    done)
    [ -z "$unlisted" ] || { echo "Not listed in $target/SHA256SUMS: $unlisted" >&2; exit 1; }
    echo "$target: every file is as listed."
)

if [ "${1:-}" = --check ]; then
    verify
    exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package@$version" >/dev/null && tar -xzf ./*.tgz)

mkdir -p "$target"
cp "$work/package/LICENSE" "$target/LICENSE"
: >"$work/fonts.css"
for style in normal italic; do
    case $style in normal) source=wght.css ;; italic) source=wght-italic.css ;; esac
    for subset in $subsets; do
        file=source-sans-3-$subset-wght-$style.woff2
        cp "$work/package/files/$file" "$target/$file"
        # The package's own rule for this subset, pointed at the file beside it.
        sed -n "\|^/\* source-sans-3-$subset-wght-$style \*/|,/^}/p" "$work/package/$source" |
            sed -e 's|\./files/||' -e "s|'Source Sans 3 Variable'|\"Source Sans 3\"|" -e "s|woff2-variations|woff2|" >>"$work/fonts.css"
    done
done
grep -v sourceMappingURL "$work/fonts.css" >"$target/fonts.css"

# A first run writes the sums; every later one has to meet them.
[ -f "$target/SHA256SUMS" ] || (cd "$target" && sha256sum LICENSE fonts.css ./*.woff2 | sed 's|  \./|  |' >SHA256SUMS)
verify
