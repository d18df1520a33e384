// Builds the portal into hashed files without inline scripts or styles, for a content security policy that admits none.
// PATINA_RULES: folder with model.wasm. PATINA_PORTAL_OUT: where the site goes. Both are set by ./build.
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const rules = process.env["PATINA_RULES"] ?? resolve(here, "../build/web/rules");
const verifier = resolve(here, "../clients/js");

const elsewhere = /https?:\/\/(?:[a-z]+\.)?jsdelivr\.net\/npm\/zxing-wasm@[0-9.]+\/dist\//g;

// The reader of codes would look for its WebAssembly on another origin where nobody names a place. None is built in.
function noOtherOrigin(): Plugin {
  return {
    name: "no-other-origin",
    transform: (code, id) => (id.includes("zxing-wasm") ? { code: code.replaceAll(elsewhere, "/assets/"), map: null } : null),
    generateBundle(_, files) {
      for (const file of Object.values(files)) {
        if (file.type === "chunk" && /jsdelivr|unpkg\.com|esm\.sh/.test(file.code)) this.error(`${file.fileName} names another origin`);
      }
    },
  };
}

export default defineConfig({
  plugins: [noOtherOrigin()],
  root: here,
  base: "/",
  publicDir: "public",
  resolve: {
    alias: [
      { find: /^@patina\/rules/, replacement: resolve(rules, "model.wasm") },
      { find: "@patina/proto", replacement: resolve(verifier, "dist/gen/proto") },
      { find: "#gen", replacement: resolve(verifier, "dist/gen") },
      { find: "@patina/verify", replacement: resolve(verifier, "src/index.ts") },
    ],
    // The verifier's sources stand outside of this folder; what they import is taken from here.
    dedupe: ["@bufbuild/protobuf", "@noble/curves", "@noble/hashes"],
  },
  build: {
    outDir: process.env["PATINA_PORTAL_OUT"] ?? resolve(here, "../build/web/portal"),
    emptyOutDir: true,
    target: "es2022",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
  },
  worker: { format: "es", plugins: () => [noOtherOrigin()] },
});
