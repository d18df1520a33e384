#!/usr/bin/env bash
# Writes dist/gen/proto/*_pb.js and their types from the schemas in proto/. protoc-c, which the C build needs anyway,
# reads them; protoc-gen-es writes the code.
# usage: generate.sh [root of the repository]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "${1:-${PATINA_SOURCE_DIR:-$here/../..}}" && pwd)
compiler=$(command -v protoc-c || command -v protoc) || {
  echo "neither protoc-c (Debian: protobuf-c-compiler) nor protoc is installed" >&2
  exit 1
}
set=$(mktemp)
trap 'rm -f "$set"' EXIT
(cd "$root" && "$compiler" --proto_path=. --include_imports --descriptor_set_out="$set" proto/bundle.proto proto/log.proto proto/api.proto)
node "$here/generate.mjs" "$set" "$here/dist/gen"
