// How the guardians of a federation are, in the few words that the page has.

import type { GuardianView } from "./api";
import { tame } from "./outside";
import { texts } from "./texts";

/** What a guardian's dot shows. */
export type Dot = "up" | "slow" | "wrong" | "down" | "waiting";

/** A guardian that takes longer to answer is slow, in ms. */
const slow = 1500;

export function dotOf(g: GuardianView): Dot {
  if (g.misbehaviours?.length) return "wrong";
  switch (g.state) {
    case "up":
      return (g.latency_ms ?? 0) > slow ? "slow" : "up";
    case "idle":
    case "connecting":
      return "waiting";
  }
  return "down";
}

/** How a guardian is, in words. */
export function stateOf(g: GuardianView): string {
  const dot = dotOf(g);
  if (dot === "wrong") return g.state === "up" ? texts.guardian.wrong : `${texts.guardian.states[g.state]}, ${texts.guardian.wrong}`;
  if (dot === "slow") return texts.guardian.slow;
  return texts.guardian.states[g.state];
}

/** What a guardian is called. */
export function nameOf(g: GuardianView): string {
  return tame(g.name, 40) || texts.guardian.unnamed(g.peer);
}

/** How many guardians answer. */
export function upCount(guardians: GuardianView[]): number {
  return guardians.filter((g) => g.state === "up").length;
}

/** How the guardians of a federation are together. */
export function summaryOf(guardians: GuardianView[], threshold: number, online: boolean): string {
  const wrong = guardians.filter((g) => dotOf(g) === "wrong").length;
  const answering = answeringOf(guardians, threshold, online);
  return wrong > 0 ? texts.state.wrong(answering, wrong, guardians.length) : answering;
}

function answeringOf(guardians: GuardianView[], threshold: number, online: boolean): string {
  if (!online) return texts.state.offline;
  const up = upCount(guardians);
  if (up === guardians.length) return texts.state.all(up);
  if (up >= threshold) return texts.state.enough(up, guardians.length);
  if (guardians.some((g) => g.state === "idle" || g.state === "connecting")) return texts.state.connecting;
  return texts.state.few(up, guardians.length);
}
