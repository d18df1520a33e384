#!/usr/bin/env bash
# What the TypeScript verifier answers to tests/vectors/bundle: one line for each, "id, word, check, rule" with tabs
# between. Builds it first where its sources are newer.
# usage: vectors.sh [folder], else clients/js in the build's folder
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=${1:-${PATINA_BINARY_DIR:-$root/build}/clients/js}
cli=$work/dist/cli.js

stale() { [ ! -e "$cli" ] || [ -n "$(find "$root/clients/js/src" "$root/proto" -type f -newer "$cli" -print -quit)" ]; }
if stale; then
  "$root/tests/clients/js/run.sh" "$work" >&2
fi
vectors=$root/tests/vectors/bundle
node "$cli" verify --recipes "$vectors"/recipes/*.json --bases "$vectors/bases" |
  node -e '
    const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    for (const { id, word, check, rule } of lines) console.log([id, word, check, rule ?? "ok"].join("\t"));'
