// Codes to be scanned: drawn, and as a film for the browser's camera: a code on a table, as raw pictures (YUV4MPEG2). The
// camera shows it again and again.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { prepareZXingModule, writeBarcode } = await import(require.resolve("zxing-wasm/writer").replace("/cjs/", "/es/"));
prepareZXingModule({ overrides: { wasmBinary: readFileSync(require.resolve("zxing-wasm/writer/zxing_writer.wasm")) } });

const width = 640;
const height = 480;
const frames = 10;

function luma({ data, width: side }) {
  const scale = Math.floor((height * 0.7) / side);
  const startX = Math.floor((width - side * scale) / 2);
  const startY = Math.floor((height - side * scale) / 2);
  const picture = Buffer.alloc(width * height, 200);
  for (let y = 0; y < side * scale; y++) {
    for (let x = 0; x < side * scale; x++) {
      const isDark = data[Math.floor(y / scale) * side + Math.floor(x / scale)] === 0;
      picture[(startY + y) * width + startX + x] = isDark ? 30 : 200;
    }
  }
  return picture;
}

async function coded(text, scale) {
  const written = await writeBarcode(text, { format: "QRCode", options: "ecLevel=M", scale });
  if (written.error !== "") throw new Error(written.error);
  return written;
}

/** The QR code of a text, as SVG. */
export async function drawn(text) {
  return (await coded(text, 6)).svg;
}

/** Writes a film that shows the QR code of a text. */
export async function film(path, text) {
  const { symbol } = await coded(text, 1);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma(symbol), Buffer.alloc((width * height) / 2, 128)]);
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\n`), ...Array(frames).fill(frame)]));
}
