// Reads QR codes in pictures, with the browser's own reader where it has one.
// This is loaded when there is something to read.

import { BarcodeDetector as OwnDetector } from "qr/decode.js";

/** What is needed of a reader: the browser's and ours have it. */
interface Detector {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}

interface NativeDetector {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

let detector: Promise<Detector> | undefined;

async function choose(): Promise<Detector> {
  const native = (globalThis as { BarcodeDetector?: NativeDetector }).BarcodeDetector;
  if (native && (await native.getSupportedFormats()).includes("qr_code")) return new native({ formats: ["qr_code"] });
  return new OwnDetector();
}

/** Returns the text of the QR code in a picture, or undefined if there is none. */
export async function readCode(image: ImageBitmapSource): Promise<string | undefined> {
  detector ??= choose();
  const found = await (await detector).detect(image).catch(() => []);
  return found[0]?.rawValue;
}

/** Returns the text of the QR code in a file. */
export async function readFile(file: Blob): Promise<string | undefined> {
  const image = await createImageBitmap(file).catch(() => undefined);
  if (!image) return undefined;
  try {
    return await readCode(image);
  } finally {
    image.close();
  }
}
