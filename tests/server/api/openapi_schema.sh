#!/usr/bin/env bash
# Validates proto/openapi.json as OpenAPI 3.1; skipped (77) where npm or node is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

skip() { echo "SKIPPED: $1"; [ "${CI:-}" = true ] && exit 1; exit 77; }
command -v npm >/dev/null || skip "npm is not installed"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/openapi/* "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
  skip "the pinned validator could not be installed"
cd "$work" && node validate.mjs "$root/proto/openapi.json"
