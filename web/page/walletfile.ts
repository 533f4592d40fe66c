// The file of a wallet between the browser and the core, which takes it as base64.

import { signal } from "@preact/signals";

/** The file that somebody has chosen or dropped. A reload forgets it. */
export const chosen = signal<File | undefined>(undefined);

/** The largest file that the core reads, in bytes. */
export const largest = 24 << 20;

/** Bytes that are turned into characters at a time. */
const chunk = 1 << 15;

/** Reads a file as base64. */
export async function readBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  return btoa(text);
}

/** Has the browser save a file that comes as base64. */
export function download(base64: string, name: string): void {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), longest);
}

/** How long a browser may take to begin with a download, in ms. */
const longest = 60_000;
