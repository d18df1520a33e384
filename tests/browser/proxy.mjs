// A proxy before a real server, for tests of what a page does when the site lies, is slow, or is gone.
// A rule is { when(path, method), change(answer) }; answer is { status, headers, body } and may be changed in place.
import { createServer, request as ask } from "node:http";

function forward(target, incoming, body) {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    // Bodies are changed here, so they must come as they are.
    const { "accept-encoding": _, ...others } = headers;
    const going = ask(new URL(url, target), { method, headers: { ...others, host: target.host } }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    going.on("error", reject);
    going.end(body);
  });
}

async function bodyOf(incoming) {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  return Buffer.concat(parts);
}

/** Starts it; `rules` may be changed while it runs. */
export async function startProxy(targetUrl) {
  const target = new URL(targetUrl);
  const rules = [];
  async function serve(incoming, outgoing) {
    const path = incoming.url ?? "/";
    const applying = rules.filter((rule) => rule.when(path, incoming.method));
    if (applying.some((rule) => rule.gone)) return incoming.socket.destroy();
    const answer = await forward(target, incoming, await bodyOf(incoming));
    for (const rule of applying) await rule.change?.(answer, path);
    delete answer.headers["transfer-encoding"];
    answer.headers["content-length"] = String(answer.body.length);
    outgoing.writeHead(answer.status, answer.headers).end(incoming.method === "HEAD" ? undefined : answer.body);
  }
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, rules, stop: () => server.close() };
}
