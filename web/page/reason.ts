// Why an operation is on its way: what it waits for, in words.

import type { MachineView, OperationDetail } from "./api";
import { upCount } from "./health";
import { texts } from "./texts";
import { age } from "./time";

/** What the machines that wait for guardians want of them, by machine. */
const agreement = ["transaction"];
const signatures = ["mint/issuance", "mint/packing"];

/** Says what an operation waits for, and how long it has. */
export function reasonOf(op: OperationDetail, online: boolean, now: number): string {
  const waiting = op.machines.filter((m) => m.waits?.length);
  const machine = waiting.find(asks) ?? waiting[0];
  const since = machine ? Math.min(...machine.waits!.map((w) => w.since_ms)) : op.began_ms;
  return textOf(op, machine, online, age(since, now));
}

/** Whether a machine asks guardians, and does not wait for another machine. */
function asks(m: MachineView): boolean {
  return agreement.includes(m.name) || signatures.includes(m.name);
}

function textOf(op: OperationDetail, machine: MachineView | undefined, online: boolean, age: string): string {
  const all = op.guardians.length;
  const up = upCount(op.guardians);
  if (!online) return texts.operation.waitingOffline(age);
  if (up < op.threshold) return texts.operation.waitingFew(up, all, op.threshold, age);
  if (machine && agreement.includes(machine.name)) return texts.operation.waitingAgree(op.threshold, all, age);
  if (machine && signatures.includes(machine.name)) return texts.operation.waitingSign(op.threshold, all, age);
  return texts.operation.waiting(age);
}
