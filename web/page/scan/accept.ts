// Takes whatever a person pastes, drops or picks, and opens it.

import { payload } from "../incoming";
import { go, openText, place } from "../route";
import { texts } from "../texts";
import { chosen } from "../walletfile";

/** Opens a text. It is shown what it is before anything is done with it. */
export function open(text: string, replace = false): void {
  const found = payload(text);
  if (found) openText(found, replace);
}

/** Opens what a transfer holds, and returns why it cannot, if so. */
export async function openTransfer(data: DataTransfer): Promise<string> {
  const text = data.getData("text/plain") || data.getData("text/uri-list");
  const picture = [...data.files].find((f) => f.type.startsWith("image/"));
  if (picture) return openPicture(picture);
  if (text) open(text);
  else if (data.files[0]) openFile(data.files[0]);
  return "";
}

/** Opens the file of a wallet. */
export function openFile(file: File): void {
  chosen.value = file;
  if (place.value.route.screen !== "file") go({ screen: "file" });
}

/** Opens the QR code in a picture, and returns why it cannot, if so. */
export async function openPicture(file: Blob): Promise<string> {
  const { readFile } = await import("./read");
  const text = await readFile(file);
  if (text === undefined) return texts.anything.noCode;
  open(text);
  return "";
}
