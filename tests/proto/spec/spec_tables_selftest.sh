#!/usr/bin/env bash
# Does spec_tables.sh refuse what it should? Copies of the document, one fault each, and the words of the finding.
set -u
cd "$(dirname "$0")/../../.."
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
failed=0

# refuses <check> <sed expression> <words of the finding>
refuses() {
  sed -E "$2" proto/SPEC.md >"$copy"
  cmp -s proto/SPEC.md "$copy" && { echo "$1: '$2' changes nothing"; failed=1; }
  PATINA_SPEC=$copy tests/proto/spec/spec_tables.sh "$1" | grep -qF "$3" ||
    { echo "$1: does not find '$2'"; failed=1; }
}

refuses limits 's/(`PAT_NONCE_BYTES` \|) 16/\1 17/' 'lacks the limit: | `PAT_NONCE_BYTES` | 16 |'
refuses limits '/`PAT_SALT_BYTES`/d' 'lacks the limit: | `PAT_SALT_BYTES`'
refuses limits 's/`PAT_SALT_BYTES`/`PAT_PEPPER_BYTES`/' 'limits.h does not have: | `PAT_PEPPER_BYTES`'
refuses units 's/(`AMP` \| A \| current \|) 1/\1 2/' 'the units are not those of the code'
refuses currencies 's/^ADP AED/AED/' 'the currencies are not those of the code'
refuses rules 's/(`internal` \|) internal/\1 input/' 'lacks this row'
refuses rules 's/The program made a mistake/It was nobody/' 'lacks this row'
refuses kinds 's/^(\| 43 \| `telemetry` \|) no/\1 yes/' 'lacks kind 43, telemetry, public: no'
refuses kinds 's/^\| 39 \| `device/| 41 | `device/' 'lacks kind 39, device_enrolled, public: yes'
refuses sections 's/^## 7 The log/## 77 The log/' 'refers to section 7 of'
exit $failed
