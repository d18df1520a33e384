# Shared by every check in this folder. A check is a function that prints one line per finding,
# "file:line: what is wrong"; run_check ends with 1 where it printed any.
set -uo pipefail
export LC_ALL=C.UTF-8
tidy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$tidy/../..}" || exit 2

run_check() {
  local findings
  findings=$("$@") || { printf '%s\n%s\n' "$findings" "the check itself failed: $*"; exit 2; }
  [ -z "$findings" ] && exit 0
  printf '%s\n' "$findings"
  printf '%s finding(s)\n' "$(printf '%s\n' "$findings" | wc -l)"
  exit 1
}

# files_in "<folder>..." <find expression>: sorted paths, without generated and installed files.
files_in() {
  local folders=() folder
  for folder in $1; do [ -e "$folder" ] && folders+=("$folder"); done
  shift
  [ ${#folders[@]} -eq 0 ] && return 0
  find "${folders[@]}" \( -name node_modules -o -name build -o -name dist -o -name .git \) -prune \
    -o -type f \( "$@" \) -print | sort
}

product_files() { files_in "core server clients proto" -name '*.[ch]'; }
c_files() { files_in "core server clients proto tests" -name '*.[ch]'; }

# stripped <file>...: "file:line:code" with the text of comments and of string literals blanked out.
stripped() { [ $# -eq 0 ] || awk -f "$tidy/strip.awk" "$@"; }
