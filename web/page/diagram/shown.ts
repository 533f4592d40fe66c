// Which machines of a payment are shown at once, and what of what they wait for.

import type { MachineView } from "../api";
import { plainName } from "../machines";

/** Machines that have ended, and those that are shown at once. */
export interface Shown {
  earlier: MachineView[];
  now: MachineView[];
}

/**
 * Those that run, or cannot, are shown at once, and in any case the one that tells
 * what was done: that of an invoice, or else the last one.
 */
export function split(machines: MachineView[]): Shown {
  const telling = machines.find((m) => m.name.startsWith("lnv2/")) ?? machines.at(-1);
  const now = machines.filter((m) => !m.final || m.stuck !== undefined || m === telling);
  return { earlier: machines.filter((m) => !now.includes(m)), now };
}

/** The event of a clock, which may never come. */
const clock = "expired";

/** Leaves out that a machine waits for a time that was not agreed. */
export function withoutNever(m: MachineView, returns_ms: number | undefined): MachineView {
  if (plainName(m.name) !== "mint/spend" || returns_ms || !m.waits) return m;
  return { ...m, waits: m.waits.filter((w) => w.event !== clock) };
}
