# Prints "file:line:code" for C sources; comments and the insides of literals become blanks.
FNR == 1 { inside = 0 }
{
  out = ""
  count = length($0)
  quote = ""
  for (i = 1; i <= count; i++) {
    c = substr($0, i, 1)
    pair = substr($0, i, 2)
    if (inside) {
      if (pair == "*/") { inside = 0; i++; out = out " " }
      continue
    }
    if (quote != "") {
      if (c == "\\") { i++; continue }
      if (c == quote) { quote = ""; out = out c }
      continue
    }
    if (pair == "/*") { inside = 1; i++; continue }
    if (pair == "//") break
    if ((c == "\"" || c == "'") && $0 !~ /^#[ ]*include/) { quote = c; out = out c; continue }
    out = out c
  }
  print FILENAME ":" FNR ":" out
}
