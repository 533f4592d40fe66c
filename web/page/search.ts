// How far money is being looked for with the words, in a few words.

import type { OperationView, ProgressView } from "./api";
import { fill } from "./parts/text";
import { texts } from "./texts";

/** How much of it is done, in whole percents below 100: the end is told otherwise. */
export function percentOf({ from, read, end }: ProgressView): number {
  const all = end - from;
  const share = all > 0 ? (read - from) / all : 1;
  return Math.floor(100 * Math.min(Math.max(share, 0), 0.99));
}

/** Whether money is still being looked for, and not only claimed. */
function searching(op: OperationView): boolean {
  return op.title === "restore" && op.state === "on its way" && op.in_flight_msat === 0;
}

/**
 * How far the searches among these operations are, in percents: that of the one
 * that is the furthest behind. It is undefined while that is not known.
 */
export function furthestBehind(list: OperationView[]): number | undefined {
  const all = list.filter(searching).map((op) => (op.progress ? percentOf(op.progress) : undefined));
  if (all.length === 0 || all.includes(undefined)) return undefined;
  return Math.min(...(all as number[]));
}

/** Says that money is being looked for, and how far that is. */
export function searchText(percent: number | undefined): string {
  return percent === undefined ? texts.restore.looking : fill(texts.restore.lookingAt, { percent: String(percent) });
}

/**
 * What came of a search, as the name of the text for it: what it found, and what it
 * did to the balance, in msat. Where it took more away than it found, another wallet
 * had spent some and made other notes of it.
 */
export function cameOfSearch(found: number, change: number): "found" | "matched" | "takenElsewhere" | "foundNothing" {
  if (found > 0) return change < 0 ? "matched" : "found";
  return change < 0 ? "takenElsewhere" : "foundNothing";
}

/** Says what a restore is doing. */
export function stageOf(op: OperationView): string {
  return searching(op) ? texts.restore.looking : texts.restore.claiming;
}

/** Says how far a restore is, if that is known. */
export function percentText(op: OperationView): string | undefined {
  const percent = furthestBehind([op]);
  return percent === undefined ? undefined : fill(texts.restore.percent, { percent: String(percent) });
}
