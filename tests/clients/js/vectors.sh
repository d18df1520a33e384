#!/usr/bin/env bash
# What the TypeScript verifier answers to tests/vectors/bundle: one line for each, "id, word, check, rule" with tabs
# between.
# usage: vectors.sh [folder], else clients/js in the build's folder
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
vectors=$here/../../vectors/bundle
dist=$("$here/built.sh" "$@")
node "$dist/cli.js" verify --recipes "$vectors"/{recipes,proofs}/*.json --bases "$vectors/bases" |
  node -e '
    const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    for (const { id, word, check, rule } of lines) console.log([id, word, check, rule ?? "ok"].join("\t"));'
