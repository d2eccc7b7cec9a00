#!/bin/sh
# Puts ToneNet into this user's menu and lets it open projects, MIDI files and scores. `--remove` takes it out again.
# It changes nothing outside $XDG_DATA_HOME (~/.local/share) and copies no program: that stays where it was unpacked.
set -eu

here=$(cd "$(dirname "$0")" && pwd)                          # where tonenet-app is, in the built program
files=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)        # where this file is, and what it installs
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/tonenet.desktop
icon=$data/icons/hicolor/scalable/apps/tonenet.svg
mime=$data/mime/packages/tonenet.xml

if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$icon" "$mime"
else
    # The built program has this file beside it; an installed wheel has tonenet-app in the environment's bin/.
    program=${TONENET_APP:-$here/tonenet-app}
    [ -x "$program" ] || program=$(command -v tonenet-app) || {
        echo "install.sh: tonenet-app is not beside this file nor on PATH; name it with TONENET_APP=/path/to/tonenet-app" >&2
        exit 1
    }
    mkdir -p "$(dirname "$entry")" "$(dirname "$icon")" "$(dirname "$mime")"
    # Quoted as the Desktop Entry Specification wants a path with spaces; TryExec is a plain path.
    awk -v program="$program" '
        /^Exec=/ { print "Exec=\"" program "\" %f"; next }
        /^TryExec=/ { print "TryExec=" program; next }
        { print }' "$files/tonenet.desktop" >"$entry"
    cp "$files/tonenet-mime.xml" "$mime"
    cp "$files/../icons/tonenet.svg" "$icon"
fi
command -v update-desktop-database >/dev/null && update-desktop-database "$data/applications" || true
command -v update-mime-database >/dev/null && update-mime-database "$data/mime" || true
