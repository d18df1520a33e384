// Asks a running server for the portal: its page with the policy that rules it, every file that the page names, and whom
// it is told to trust. The last line is "portal <address> files=N bytes=N state=served".
// usage: node tests/demo/ask_portal.mjs <address>
const address = process.argv[2];
if (address === undefined) throw new Error("usage: node tests/demo/ask_portal.mjs <address>");

function refuse(why) {
  console.log(`the portal: ${why}`);
  process.exit(1);
}

async function ask(path, type) {
  const answer = await fetch(new URL(path, address), { redirect: "error" });
  if (answer.status !== 200) refuse(`${path} is answered with ${answer.status}`);
  if (!(answer.headers.get("content-type") ?? "").startsWith(type)) refuse(`${path} is ${answer.headers.get("content-type")}`);
  return { text: await answer.text(), headers: answer.headers };
}

const page = await ask("/", "text/html");
const rules = (page.headers.get("content-security-policy") ?? "").split(";").map((rule) => rule.trim());
for (const rule of ["default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"]) {
  if (!rules.includes(rule)) refuse(`the page may be ruled by more than itself: no ${rule}`);
}
const named = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
const scripts = named.filter((path) => path.endsWith(".js"));
if (scripts.length === 0) refuse("the page names no script");
let bytes = page.text.length;
for (const path of named) bytes += (await ask(path, path.endsWith(".js") ? "text/javascript" : path.endsWith(".css") ? "text/css" : "")).text.length;
const policy = await ask("/portal/policy", "text/plain");
if (!/^log \S+/m.test(policy.text)) refuse("it names no log to trust");
console.log(`portal ${address} files=${named.length + 1} bytes=${bytes} state=served`);
