// How the amounts of a payment add up, as people are shown them.

import type { OperationView, ReceiveQuote } from "./api";
import { texts } from "./texts";

/** A line of a sum: what it is, and how many msat. */
export interface Line {
  label: string;
  msat: number;
}

/**
 * The lines of a payment; the last one is what it does to the balance. What comes
 * in is what it was to be, less what stands between. What is handed out costs its
 * amount and the fee, and what has come back only what did not come back of it.
 */
export function linesOf(op: OperationView): Line[] {
  const labels = texts.sums;
  const amount = { label: labels.amount, msat: op.requested_msat };
  if (op.title === "receive") {
    return [
      amount,
      ...lessIfAny(labels.gone, op.gone_msat),
      ...lessIfAny(labels.aside, op.aside_msat),
      less(labels.fee, op.fee_msat),
      { label: labels.get, msat: op.change_msat },
    ];
  }
  if (op.title === "restore") return linesOfRestore(op);
  if (op.title === "invoice") return linesOfInvoice(op);
  const fee = { label: labels.fee, msat: op.fee_msat };
  const home = op.state === "returned" || op.state === "refused" || op.coming_back || op.title === "move";
  if (!home) return [amount, fee, { label: labels.pay, msat: 0 - op.change_msat }];
  const lost = [
    { label: labels.gone, msat: op.gone_msat },
    { label: labels.aside, msat: op.aside_msat },
  ].filter((line) => line.msat > 0);
  return [amount, ...lost, fee, { label: labels.cost, msat: 0 - op.change_msat }];
}

/** The lines of a restore that has come to something: what another wallet took was in the balance. */
function linesOfRestore(op: OperationView): Line[] {
  const labels = texts.sums;
  if (op.amount_msat === 0 && op.gone_msat === 0) return [];
  const total = op.change_msat < 0 ? { label: labels.cost, msat: 0 - op.change_msat } : { label: labels.get, msat: op.change_msat };
  return [{ label: labels.found, msat: op.amount_msat }, ...lessIfAny(labels.elsewhere, op.gone_msat), less(labels.fee, op.fee_msat), total];
}

/** The lines of an invoice that somebody has paid: before, nobody knows what arrives. */
function linesOfInvoice(op: OperationView): Line[] {
  if (op.state === "ready" || op.state === "lapsed") return [];
  const labels = texts.sums;
  return [{ label: labels.amount, msat: op.requested_msat }, less(labels.fee, op.fee_msat), { label: labels.get, msat: op.change_msat }];
}

function less(label: string, msat: number): Line {
  return { label, msat: 0 - msat };
}

function lessIfAny(label: string, msat: number): Line[] {
  return msat > 0 ? [less(label, msat)] : [];
}

/** The lines of e-cash that may be received. */
export function linesOfQuote(q: ReceiveQuote): Line[] {
  const labels = texts.sums;
  return [
    { label: labels.worth, msat: q.amount_msat },
    ...lessIfAny(labels.aside, q.aside_msat),
    less(labels.fee, q.fee_msat),
    { label: labels.get, msat: gainOf(q) },
  ];
}

/** What receiving e-cash brings, in msat. */
export function gainOf(q: ReceiveQuote): number {
  return q.amount_msat - q.aside_msat - q.fee_msat;
}

/** How a payment is shown in one amount. */
export interface Shown {
  msat: number;
  sign: string;
  /** Whether it is what was tried, and did not come about. */
  tried: boolean;
}

/**
 * What a payment does to the balance: "+" for what comes in, "\u2212" for what goes
 * out. Where nothing has moved it is what was tried, or is waited for. Of a restore nothing is known
 * before it has found something.
 */
export function shownOf(op: OperationView): Shown | undefined {
  const change = op.change_msat;
  if (op.title === "restore" && change === 0 && !op.final) return undefined;
  if (op.title === "invoice" && op.state === "ready") return { msat: op.requested_msat, sign: "", tried: false };
  if ((op.state === "refused" || op.state === "lapsed") && change === 0) return { msat: op.requested_msat, sign: "", tried: true };
  return { msat: Math.abs(change), sign: change < 0 ? "\u2212" : change > 0 ? "+" : "", tried: false };
}
