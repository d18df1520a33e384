#!/usr/bin/env bash
# Prints where the TypeScript verifier is built; builds and tests it first where its sources are newer.
# usage: built.sh [folder], else clients/js in the build's folder
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=${1:-${PATINA_BINARY_DIR:-$root/build}/clients/js}
cli=$work/dist/cli.js
if [ ! -e "$cli" ] || [ -n "$(find "$root/clients/js/src" "$root/proto" -type f -newer "$cli" -print -quit)" ]; then
  log=$(mktemp)
  "$root/tests/clients/js/run.sh" "$work" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  rm -f "$log"
fi
echo "$work/dist"
