// The Worker that reads codes from pictures. It gets pixels and answers with texts; nothing leaves the device.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Picture, Reading } from "./decode";
import { options } from "./options";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

self.onmessage = async ({ data }: MessageEvent<Picture>) => {
  const { id, width, height, pixels } = data;
  try {
    const found = await readBarcodes(new ImageData(new Uint8ClampedArray(pixels), width, height), options);
    const texts = found.filter(({ isValid }) => isValid).map(({ text }) => text);
    self.postMessage({ id, texts } satisfies Reading);
  } catch (error) {
    self.postMessage({ id, failure: String(error) } satisfies Reading);
  }
};
