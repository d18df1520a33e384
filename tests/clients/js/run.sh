#!/usr/bin/env bash
# Builds clients/js in a folder of its own and runs its tests; skipped (77) where npm, node or the pinned packages are
# missing. What it built stays in that folder, for others to run.
# usage: run.sh [folder], else clients/js in the build's folder
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PATINA_SOURCE_DIR=$(cd "$here/../../.." && pwd)
export PATINA_SOURCE_DIR
work=${1:-${PATINA_BINARY_DIR:-$PATINA_SOURCE_DIR/build}/clients/js}

skip() { echo "SKIPPED: $1"; [ "${CI:-}" = true ] && exit 1; exit 77; }
command -v npm >/dev/null || skip "npm is not installed"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"

mkdir -p "$work"
rm -rf "$work"/{src,test,dist}
cd "$PATINA_SOURCE_DIR/clients/js"
cp -r src test package.json package-lock.json tsconfig*.json generate.sh generate.mjs "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund --silent || skip "the pinned packages could not be installed"
npm run --silent build
npm test --silent
