// Takes whatever a person pastes, drops or picks, and opens it.

import { payload } from "../incoming";
import { openText } from "../route";
import { texts } from "../texts";

/** Opens a text. It is shown what it is before anything is done with it. */
export function open(text: string, replace = false): void {
  const found = payload(text);
  if (found) openText(found, replace);
}

/** Opens what a transfer holds, and returns why it cannot, if so. */
export async function openTransfer(data: DataTransfer): Promise<string> {
  const text = data.getData("text/plain") || data.getData("text/uri-list");
  const file = [...data.files].find((f) => f.type.startsWith("image/"));
  if (file) return openPicture(file);
  if (text) open(text);
  return "";
}

/** Opens the QR code in a picture, and returns why it cannot, if so. */
export async function openPicture(file: Blob): Promise<string> {
  const { readFile } = await import("./read");
  const text = await readFile(file);
  if (text === undefined) return texts.anything.noCode;
  open(text);
  return "";
}
