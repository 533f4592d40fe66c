// Which wallet this browser had the last time, as far as the page has noted it.
// A browser may delete what the core has stored and leave the page's notes.

import type { WalletView } from "./api";

/** What is noted: a wallet, one that is gone since, or none. */
export type Past = "yes" | "gone" | "no";

export function readPast(noted: string | null): Past {
  return noted === "yes" || noted === "gone" ? noted : "no";
}

/**
 * Says what is to be noted once the core has told what there is. A wallet that
 * was there and has no words any more is gone, until there are words again.
 */
export function pastAfter(past: Past, now: WalletView): Past {
  if (now.federations.length > 0) return "yes";
  if (now.words) return "no";
  return past === "no" ? "no" : "gone";
}
