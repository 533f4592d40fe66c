// Payments of which a wallet's file tells: their titles and states are those of
// operations, but the file may be of another version.

import type { ArchivedView } from "./api";
import { entry } from "./outside";
import type { Shown } from "./sums";
import { texts } from "./texts";

/** What a payment was, in a word. */
export function titleOfArchived({ title, state }: ArchivedView): string {
  if (state === "returned") return texts.operation.returned;
  const names = state === "refused" ? texts.operation.refusals : texts.operation.titles;
  return entry(names, title) ?? texts.operation.other;
}

/** What it did to the balance. */
export function shownOfArchived({ change_msat, amount_msat, state }: ArchivedView): Shown {
  if (state === "refused" && change_msat === 0) return { msat: amount_msat, sign: "", tried: true };
  return { msat: Math.abs(change_msat), sign: change_msat < 0 ? "\u2212" : change_msat > 0 ? "+" : "", tried: false };
}
