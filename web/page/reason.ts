// Why an operation is on its way: what it waits for, in words.

import type { MachineView, OperationDetail } from "./api";
import { upCount } from "./health";
import { plainName } from "./machines";
import { entry } from "./outside";
import { texts } from "./texts";
import { age } from "./time";

/**
 * What machines wait for, by machine or by machine and step, in the order in which
 * it is waited for: what is not agreed on is not signed.
 */
const wants: Record<string, (needed: number, all: number, age: string) => string> = {
  "mint/search": (_needed, _all, age) => texts.operation.waitingSearch(age),
  "lnv2/send funded": (_needed, _all, age) => texts.operation.waitingGateway(age),
  transaction: texts.operation.waitingAgree,
  "mint/inquiry": texts.operation.waitingTell,
  "mint/regain": texts.operation.waitingSign,
  "mint/issuance": texts.operation.waitingSign,
  "mint/packing": texts.operation.waitingSign,
};
const order = Object.keys(wants);

/** Says what an operation waits for, and how long it has. */
export function reasonOf(op: OperationDetail, online: boolean, now: number): string {
  const waiting = op.machines.filter((m) => m.waits?.length);
  const first = order.find((name) => waiting.some((m) => isOf(m, name)));
  const machine = waiting.find((m) => first !== undefined && isOf(m, first)) ?? waiting[0];
  const since = machine ? Math.min(...machine.waits!.map((w) => w.since_ms)) : op.began_ms;
  return textOf(op, machine, first, online, age(since, now));
}

function isOf(m: MachineView, name: string): boolean {
  const plain = plainName(m.name);
  return name === plain || name === `${plain} ${m.current}`;
}

function textOf(op: OperationDetail, machine: MachineView | undefined, want: string | undefined, online: boolean, age: string): string {
  const all = op.guardians.length;
  const up = upCount(op.guardians);
  if (!online) return texts.operation.waitingOffline(age);
  if (up < op.threshold) return texts.operation.waitingFew(up, all, op.threshold, age);
  if (machine?.waits?.some((w) => w.event === "gateway answered" && w.error)) return texts.operation.waitingSilent(age);
  return entry(wants, want)?.(op.threshold, all, age) ?? texts.operation.waiting(age);
}
