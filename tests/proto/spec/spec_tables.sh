#!/usr/bin/env bash
# Holds the tables and references of proto/SPEC.md to the code: limits, units, currencies, kinds, and that every
# "SPEC.md section N" in the tree names a section that is there. Prints what differs.
#   spec_tables.sh [limits|units|currencies|rules|kinds|sections]...   all of them where none is named
#   spec_tables.sh --update   writes the tables of limits, units and currencies anew
# PATINA_SPEC names another document (spec_tables_selftest.sh).
set -uo pipefail
cd "$(dirname "$0")/../../.."
document=${PATINA_SPEC:-proto/SPEC.md}

# "name value note" of every limit; arithmetic of constants as the shell does it.
limits() {
  sed -E ':a; /\\$/ { N; s/\\\n */ /; ba }' core/base/limits.h |
    awk '/^\/\* --- / { group = $0; sub(/^\/\* --- /, "", group); sub(/ *-* *\*\/$/, "", group) }
      /^#define PAT_[A-Z0-9_]+ / && !/_H$/ {
        note = ""; if (match($0, /\/\*.*\*\//)) { note = substr($0, RSTART + 2, RLENGTH - 4); $0 = substr($0, 1, RSTART - 1) }
        gsub(/^ +| +$/, "", note); name = $2; sub(/^#define +[A-Z0-9_]+ +/, ""); gsub(/ +$/, "")
        print group "\t" name "\t" $0 "\t" note }' |
    while IFS=$'\t' read -r group name value note; do
      value=$(sed -E 's/\b(0x[0-9a-fA-F]+|[0-9]+)[uUlL]+\b/\1/g' <<<"$value")
      while [[ $value =~ PAT_[A-Z0-9_]+ ]]; do value=${value//${BASH_REMATCH[0]}/${known[${BASH_REMATCH[0]}]}}; done
      known[$name]=$((value))
      printf '%s\t| `%s` | %s | %s |\n' "$group" "$name" "${known[$name]}" "$note"
    done
}
declare -A known

units() {
  sed -nE 's/^ *\{"([A-Z0-9]+)", "([^"]*)", QUANTITY_([A-Z_]+), ([0-9]+), ([0-9]+)\},$/\1 \2 \3 \4 \5/p' core/model/number.c |
    awk '{ quantity = tolower($3); gsub(/_/, " ", quantity)
      print "| `" $1 "` | " $2 " | " quantity " | " $4 ($5 == 1 ? "" : " / " $5) " |" }'
}

currencies() {
  sed -n '/^static const char currency_table/,/;$/p' core/model/number.c | grep -oE '"[A-Z]+"' | tr -d '"\n' |
    fold -w 3 | paste -sd ' ' | fold -s -w 96 | sed 's/ $//'
}

# Lines of the document from the first that matches to the first that matches behind it, both left out.
between() { awk -v from="$1" -v to="$2" '$0 ~ to && on { exit } on; $0 ~ from { on = 1 }' $document; }

differ() { diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") >/dev/null || echo "$document: the $1 are not those of the code: run tests/proto/spec/spec_tables.sh --update"; }

check_limits() {
  local here there
  # Only the numbers: notes may be worded for readers.
  here=$(grep -oE '^\| `PAT_[A-Z0-9_]+` \| [0-9-]+ \|' $document | sort)
  there=$(limits | cut -f2 | grep -oE '^\| `PAT_[A-Z0-9_]+` \| [0-9-]+ \|' | sort)
  diff <(echo "$here") <(echo "$there") | sed -nE "s#^< (.*)#$document: a limit that limits.h does not have: \1#p; s#^> (.*)#$document: lacks the limit: \1#p"
}

check_units() { differ units "$(grep -E '^\| `[A-Z0-9]{2,3}` \| [^|]+ \| [a-z ]+ \| [0-9 /]+ \|$' $document)" "$(units)"; }
check_currencies() { differ currencies "$(between '^```currencies$' '^```$')" "$(currencies)"; }

# The rules' categories and meanings; check_rules looks only for their ids.
check_rules() {
  diff <(grep -oE '^\| `[a-z0-9.-]+` \| (input|rule|auth|conflict|not-found|limit|busy|io|corrupt|unsupported|need|internal) \| .* \|$' $document | sort) \
    <(tests/proto/spec/rules_table.sh --all | grep -E '^\| `' | sort) |
    sed -nE "s#^> (.*)#$document: the table of rules lacks this row (rules_table.sh --update): \1#p"
}

check_kinds() {
  local file name number
  for file in core/model/kinds/*.c; do
    name=$(sed -nE 's/^ +\.name = "([a-z_]+)",$/\1/p' "$file")
    [ -n "$name" ] || continue
    number=$(sed -nE "s/^ +[A-Za-z]+ $name = ([0-9]+);$/\1/p" proto/statement.proto)
    local public=no
    if grep -q "\.is_public = true" "$file"; then public=yes; fi
    grep -qE "^\| $number \| \`$name\` \| $public \|" $document || echo "$document: lacks kind $number, $name, public: $public"
  done
}

check_sections() {
  # A user's machine may have no git: the files are those that are there.
  find core server proto clients web tests -type f ! -path '*/node_modules/*' ! -path 'proto/SPEC.md' 2>/dev/null |
    grep -E '\.(c|h|cpp|proto|ts|tsx|mjs|md|sh|def)$' | while read -r file; do
    [ -f "$file" ] || continue
    tr '\n' ' ' <"$file" | grep -oE 'SPEC\.md,?[ */]+sections? ([0-9]+(\.[0-9]+)?([ */]*(,|and|to)[ */]+[0-9]+(\.[0-9]+)?)*|"[^"]+")' |
      grep -oE '\b[0-9]+(\.[0-9]+)?\b|"[^"]+"' | sort -u | while read -r wanted; do
      case $wanted in
        \"*) grep -qE "^##+ .*$(tr -d '"' <<<"$wanted")" $document ;;
        *) grep -qE "^##+ ${wanted//./\\.} " $document ;;
      esac || echo "$file: refers to section $wanted of SPEC.md, which is not there"
    done
  done
}

replace() { # name of the table, its first line's pattern, its last line's, the new text
  awk -v from="$1" -v to="$2" -v text="$(printf '%s' "$3" | sed 's/\\/\\\\/g')" '
    $0 ~ to && on { on = 0 } !on; $0 ~ from { print text; on = 1 }' $document >"$document.new"
  mv "$document.new" $document
}

limits_table() {
  limits | awk -F'\t' '$1 != group { group = $1; print "\n**" group "**\n\n| limit | value | unit and reason |\n|---|---|---|" } { print $2 }'
  echo
}

if [ "${1:-}" = --update ]; then
  replace '^<!-- limits: ' '^<!-- end of limits -->$' "$(limits_table)
"
  replace '^```currencies$' '^```$' "$(currencies)"
  replace '^\| code \| UCUM' '^$' "|---|---|---|---|
$(units)"
  exit
fi
[ $# -gt 0 ] || set -- limits units currencies rules kinds sections
found=$(for check in "$@"; do "check_$check"; done)
[ -z "$found" ] || {
  echo "$found"
  echo "tests/proto/spec/spec_tables.sh --update and rules_table.sh --update write the tables anew"
  exit 1
}
