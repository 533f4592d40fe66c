// Payments of which a wallet's file tells: their titles and states are those of
// operations, but the file may be of another version.

import type { ArchivedView } from "./api";
import { entry } from "./outside";
import type { Shown } from "./sums";
import { cameOfSearch } from "./search";
import { texts } from "./texts";

/** What payments are called that did not come about. */
const byState = {
  returned: texts.operation.returned,
  refused: texts.operation.refusals,
  lapsed: texts.operation.refusals,
  ready: texts.operation.waits,
};

/** What a payment was, in a word. */
export function titleOfArchived({ title, state, amount_msat, change_msat }: ArchivedView): string {
  if (title === "restore") return state === "done" ? texts.operation[cameOfSearch(amount_msat, change_msat)] : texts.restore.looking;
  const names = entry(byState, state) ?? texts.operation.titles;
  return entry(names, title) ?? texts.operation.other;
}

/** What it did to the balance. */
export function shownOfArchived({ change_msat, amount_msat, state }: ArchivedView): Shown {
  if ((state === "refused" || state === "lapsed") && change_msat === 0) return { msat: amount_msat, sign: "", tried: true };
  return { msat: Math.abs(change_msat), sign: change_msat < 0 ? "\u2212" : change_msat > 0 ? "+" : "", tried: false };
}
