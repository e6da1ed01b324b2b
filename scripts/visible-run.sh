#!/bin/bash
# Does the main job in a visible Chromium, with the mouse, and photographs the screen at each step into docs/visible-*.png.
# Needs xvfb, xdotool and imagemagick. The places to click are those of a fresh profile on a screen of 1280 x 900.
set -euo pipefail
cd "$(dirname "$0")/.."
export DISPLAY=:77
work=$(mktemp -d)
Xvfb $DISPLAY -screen 0 1280x900x24 >/dev/null 2>&1 &
screen=$!
trap 'kill -TERM $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; kill $screen; rm -rf "$work"' EXIT
: >"$work/log"
npm start >"$work/log" 2>&1 &
demo=$!

# Waits until the demo has said something.
heard() { for _ in $(seq 600); do grep -q "$1" "$work/log" && return; sleep 0.2; done; cat "$work/log"; exit 1; }
# Waits until the screen keeps still.
settled() {
  local before='' now='x'
  while [ "$before" != "$now" ]; do before=$now; sleep 1; now=$(import -window root rgb:- | md5sum); done
}
click() { xdotool mousemove "$1" "$2" click 1; }
shot() { import -window root -crop 1064x892+4+4 +repage "docs/visible-$1.png"; }

heard 'Now click'
settled; shot 1-page
click 316 395; settled; shot 2-question
click 625 279; sleep 0.9; shot 3-downloading
settled; sleep 5; settled; shot 4-complete
click 653 334; settled; click 800 346; settled; shot 5-files
