// A QR code as the path of an SVG: drawn sharply on every printer, and in black on white in every theme.
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import wasmUrl from "zxing-wasm/writer/zxing_writer.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

/** More would need a code that is too fine for an old printer and a plain camera. */
const qrBytesMax = 300;

export interface Qr {
  /** Modules on a side, with the quiet zone. */
  readonly side: number;
  readonly path: string;
}

const quiet = 4; // modules, as the standard asks

// One stroke for each run of dark modules of a row.
function pathOf(data: Uint8ClampedArray, width: number): string {
  const runs = Array.from({ length: width }, (_, row) => {
    const dark = Array.from(data.subarray(row * width, (row + 1) * width), (value) => (value === 0 ? "#" : " ")).join("");
    return [...dark.matchAll(/#+/g)].map(({ index, 0: run }) => `M${index + quiet} ${row + quiet}h${run.length}v1h-${run.length}z`).join("");
  });
  return runs.join("");
}

/** The code of a text; undefined where the text is too long for it. */
export async function qrOf(text: string): Promise<Qr | undefined> {
  if (new TextEncoder().encode(text).length > qrBytesMax) return undefined;
  const { symbol, error } = await writeBarcode(text, { format: "QRCode", options: "ecLevel=M", scale: 1, addQuietZones: false });
  if (error !== "" || symbol.width !== symbol.height || symbol.width === 0) throw new Error(`no code could be made: ${error}`);
  return { side: symbol.width + 2 * quiet, path: pathOf(symbol.data, symbol.width) };
}
