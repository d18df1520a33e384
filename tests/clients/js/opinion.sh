#!/usr/bin/env bash
# The TypeScript verifier's opinion of what a test judged and kept in a folder (opinion.mjs).
# usage: opinion.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dist=$("$here/built.sh")
exec node "$here/opinion.mjs" "$dist" "$1"
