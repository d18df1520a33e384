// The portal's modules in Node, through Vite, as its build sees them.
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = new URL("../../web/", import.meta.url);
const require = createRequire(new URL("package.json", web));
const { createServer } = await import(pathToFileURL(require.resolve("vite")).href);

// Node has none of these; English as it is written in Britain.
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB", languages: ["en-GB"] }, configurable: true });
globalThis.location = { pathname: "/", hash: "" };
process.env.TZ = "UTC";

/** Starts it; `load` takes a module by its place below web/src, without its ending. */
export async function startModules() {
  const vite = await createServer({
    configFile: fileURLToPath(new URL("vite.config.ts", web)),
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: "custom",
    logLevel: "error",
    optimizeDeps: { noDiscovery: true },
  });
  return { load: (path) => vite.ssrLoadModule(`/src/${path}.ts`), close: () => vite.close() };
}
