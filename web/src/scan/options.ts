// What is looked for in a picture: QR on certificates and papers, Data Matrix on parts, Code 39 and Code 128 on labels that
// hold a VIN.
import type { ReaderOptions } from "zxing-wasm/reader";

export const options: ReaderOptions = {
  formats: ["QRCode", "DataMatrix", "Code39", "Code128"],
  tryHarder: true,
  maxNumberOfSymbols: 8,
  textMode: "Plain",
};
