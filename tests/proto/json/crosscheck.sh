#!/usr/bin/env bash
# Compares our ProtoJSON with protobuf-es on random messages; skipped (77) where npm or node is missing.
# usage: crosscheck.sh <protojson_cross program> [seed] [count]
set -euo pipefail
program=$1
seed=${2:-${PATINA_SEED:-$RANDOM}}
count=${3:-10000}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

skip() { echo "SKIPPED: $1"; [ "${CI:-}" = true ] && exit 1; exit 77; }
command -v npm >/dev/null || skip "npm is not installed"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/es/package.json "$here"/es/package-lock.json "$here"/es/crosscheck.mjs "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
  skip "the pinned protobuf-es could not be installed"
(cd "$root" && protoc-c --proto_path=. --include_imports --descriptor_set_out="$work/set.bin" proto/*.proto)

echo "seed $seed (PATINA_SEED), $count messages"
"$program" "$seed" "$count" >"$work/lines"
cd "$work" && node crosscheck.mjs set.bin <lines
