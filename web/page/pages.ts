// The log of operations, page by page: the newest are pushed, older ones are
// asked for, federation by federation, and shown in one order.

import type { OperationView } from "./api";

/** What is known of the log of one federation. */
export interface Log {
  /** Newest first, without gaps. */
  operations: OperationView[];
  /** Whether there is nothing older. */
  complete: boolean;
}

/** Puts a page of a log, newest first, after what is known of it. */
export function extended(log: Log, page: OperationView[], size: number): Log {
  return { operations: [...log.operations, ...page], complete: page.length < size };
}

/** Asks for the page of a federation's log that is older than an operation; 0 is the newest. */
export type Ask = (federation: string, before: number) => Promise<OperationView[]>;

/** Adds one page to the log of each federation that is not complete. */
export async function furthered(logs: ReadonlyMap<string, Log>, federations: string[], size: number, ask: Ask): Promise<Map<string, Log>> {
  const next = new Map(logs);
  for (const id of federations) {
    const log = next.get(id) ?? { operations: [], complete: false };
    if (!log.complete) next.set(id, extended(log, await ask(id, log.operations.at(-1)?.number ?? 0), size));
  }
  return next;
}

/** Whether nothing is older than what is known of the federations. */
export function complete(logs: ReadonlyMap<string, Log>, federations: string[]): boolean {
  return federations.every((id) => logs.get(id)?.complete);
}

/**
 * Returns the operations of all logs, newest first, as far as it is certain that
 * none is missing in between.
 */
export function merged(newest: OperationView[], logs: Log[]): OperationView[] {
  const byID = new Map<string, OperationView>();
  for (const log of logs) for (const op of log.operations) byID.set(op.operation_id, op);
  for (const op of newest) byID.set(op.operation_id, op); // what is pushed is newer
  const certain = Math.max(-Infinity, ...logs.filter((log) => !log.complete).map((log) => log.operations.at(-1)?.began_ms ?? Infinity));
  const oldestPushed = newest.at(-1)?.began_ms ?? Infinity;
  return [...byID.values()]
    .filter((op) => op.began_ms >= certain || op.began_ms >= oldestPushed)
    .sort((a, b) => b.began_ms - a.began_ms || b.number - a.number);
}

/** Groups operations, which are in order, by day. */
export function byDay<T>(list: T[], day: (item: T) => string): { day: string; items: T[] }[] {
  const groups: { day: string; items: T[] }[] = [];
  for (const item of list) {
    const name = day(item);
    const last = groups.at(-1);
    if (last?.day === name) last.items.push(item);
    else groups.push({ day: name, items: [item] });
  }
  return groups;
}
