#!/usr/bin/env bash
# Rows of the table of rules in proto/SPEC.md, from core/base/rules.def.
#   rules_table.sh            prints the rows that the document lacks, each below its group's heading
#   rules_table.sh --all      prints the whole table
#   rules_table.sh --update   writes the whole table between the document's marks
set -euo pipefail
cd "$(dirname "$0")/../../.."
rules=core/base/rules.def
document=proto/SPEC.md
begin='<!-- rules: written by tests/proto/spec/rules_table.sh --update -->'
end='<!-- end of rules -->'

# "id prefix<TAB>when it is decided"; the longest prefix counts.
whens() {
  cat <<'WHENS'
limit.	any step that works in bounded memory
internal	any step
bytes.truncated	encoded bytes are read (section 2)
bytes.trailing	encoded bytes are read (section 2)
bytes.full	bytes are written into a space of fixed size
bytes.text.	numbers and lines of text are read
bytes.hex	base 16 is read
bytes.varint.	encoded bytes are read (section 2)
bytes.protobuf.	a message is decoded (section 2)
bytes.newer-format	`Statement` or `LogEntry` is decoded (section 2)
crypto.signature-invalid	a signature is verified (section 4.2)
crypto.vrf.	a VRF proof is made or verified (section 6.4)
crypto.base32.	an asset id is read (section 6.2)
crypto.base64.	base 64 is read
json.	JSON is read at the interface
fsck.	an operator checks a store (`patinad fsck`)
audit.	a log is replayed by an auditor (section 9.5)
tlog.	trees, proofs and tiles are handled (section 7.4)
index.	the index and its proofs are handled (section 7.8)
note.	a signed note or its key is read or verified (section 7.5)
checkpoint.	a checkpoint is read (section 7.5)
checkpoint-file.	the server reads the checkpoint that it published last
proof.	a receipt is read (section 7.7)
policy.	a policy file is read, or a checkpoint judged by it (section 7.6)
edtf.	a date is read (section 3.5)
number.	a number is checked or compared (section 3.4)
name.	a name is checked (section 3.3)
class.	a class is checked (section 3.8)
class.unknown	the log decides (section 4.4)
scheme.	a scheme is checked (section 3.8)
scheme.unknown	the log decides (section 4.4)
policy-data.	a policy is checked (section 3.8)
value.	a value is checked (section 3.3)
value.type	a value is compared with its definition (section 3.8)
value.unit	a value is compared with its definition (section 3.8)
value.code	a value is compared with its definition (section 3.8)
value.code-form	a value is checked (section 3.3)
attributes.	attributes are checked by themselves (section 3.6)
attributes.unknown	the log decides (section 4.4)
attributes.bundle	the log decides (section 4.4)
attributes.list	the log decides (section 4.4)
attributes.visibility	the log decides (section 4.4)
attributes.required	the log decides (section 4.4)
attributes.stale	the log decides (section 4.4)
identifier.	the log decides (section 4.4)
identifier.length	an identifier is normalised (section 6.3)
identifier.characters	an identifier is normalised (section 6.3)
identifier.scope	an identifier's scope is checked (section 6.3)
vin.	a VIN is normalised (section 6.3)
statement.	a statement is checked by itself (section 3)
statement.expired	the log decides (section 4.4)
statement.future	the log decides (section 4.4)
statement.window	the log decides (section 4.4)
genesis.	a genesis is checked by itself (section 5)
genesis.first	the log decides (section 4.4)
genesis.origin	the log decides, or a server starts (sections 4.4 and 5)
genesis.signers	the log decides (section 4.4)
principal.	the log decides (section 4.4)
principal.type	a statement is checked by itself (section 3.2)
standing.	the log decides (section 4.4)
standing.root	a statement is checked by itself (section 3.2)
standing.classes	a statement is checked by itself (section 3.2)
device.	the log decides (section 4.4)
device.enroller	a statement is checked by itself (section 3.2)
device.signals	a statement is checked by itself (section 3.2)
telemetry.	the log decides (section 4.4)
telemetry.times	a statement is checked by itself (section 3.2), and with its readings (section 4.4)
telemetry.count	a statement is checked by itself (section 3.2), and with its readings (section 4.4)
disclosure.	a disclosure is opened (section 3.7)
history.	a history is folded (section 8.1)
submission.	an envelope is checked (section 4.3)
key-text.	a key file is read (section 5)
entry.	a leaf is made or checked (section 7.1)
promise.	a promise is checked (section 7.7)
ledger.	inside the server, while the log decides
signer.	the log decides (section 4.4)
key.	the log decides (section 4.5)
key.enrolled-before	the log decides (sections 4.4 and 4.5)
key.reason	a statement is checked by itself (section 3.2)
principal.keys	the log decides (section 4.5)
catalog.	the log decides (section 4.4)
asset.	the log decides (section 4.4)
claim.	the log decides (section 4.4)
target.	the log decides (section 4.4)
stream.	the log decides (section 4.4)
sys.	a program asks the system
file.	a program reads or writes files
config.	the server reads its configuration
store.	the server uses its store
sequencer.	the server groups and commits statements
http.	the server reads a request
api.	the server answers a request
main.	the server program starts
cli.	the command line runs
import.	the command line imports records
verify.	a history or receipt is checked (section 9)
WHENS
}

# "group<TAB>row" of every rule.
rows() {
  awk -v whens="$(whens)" '
    BEGIN { n = split(whens, lines, "\n"); for (i = 1; i <= n; i++) { split(lines[i], part, "\t"); when[part[1]] = part[2] } }
    function when_of(id,   size) {
      for (size = length(id); size > 0; size--) if (substr(id, 1, size) in when) return when[substr(id, 1, size)]
      return "see its group"
    }
    /^\/\* --- / { group = $0; sub(/^\/\* --- /, "", group); sub(/ *-* *\*\/$/, "", group) }
    /^PAT_RULE\(/ { rule = "" }
    /^PAT_RULE\(/ || open { rule = rule " " $0; open = $0 !~ /"\)$/ }
    /"\)$/ && rule != "" {
      gsub(/" +"/, "", rule)
      text = rule; rule = ""
      match(text, /"[^"]*"/); id = substr(text, RSTART + 1, RLENGTH - 2); text = substr(text, RSTART + RLENGTH)
      match(text, /[A-Z_]+/); category = tolower(substr(text, RSTART, RLENGTH)); text = substr(text, RSTART + RLENGTH)
      gsub(/_/, "-", category)
      match(text, /"([^"\\]|\\.)*"/); meaning = substr(text, RSTART + 1, RLENGTH - 2)
      gsub(/\\"/, "\"", meaning); gsub(/\|/, "\\|", meaning)
      print group "\t| `" id "` | " category " | " meaning " | " when_of(id) " |"
    }' $rules
}

table() {
  awk -F'\t' '
    $1 != group { group = $1; print "\n**" group "**\n\n| id | category | meaning | when |\n|---|---|---|---|" }
    { print $2 }'
}

missing() {
  rows | while IFS=$'\t' read -r group row; do
    id=${row#| }; id=${id%% *}
    grep -qF "| $id |" $document || printf '%s\t%s\n' "$group" "$row"
  done
}

update() {
  local whole
  whole=$(rows | table)
  awk -v begin="$begin" -v end="$end" -v whole="$(printf '%s' "$whole" | sed 's/\\/\\\\/g')" '
    $0 == begin { print; print whole; print ""; skip = 1 }
    $0 == end { skip = 0 }
    !skip' $document >"$document.new"
  mv "$document.new" $document
}

case "${1:-}" in
  --all) rows | table ;;
  --update) update ;;
  '') missing | table ;;
  *) echo "usage: $0 [--all | --update]" >&2; exit 2 ;;
esac
