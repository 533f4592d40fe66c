import assert from "node:assert/strict";
import { test } from "node:test";
import type { MachineView } from "../api";
import { split, withoutNever } from "./shown";

function machine(id: number, change: Partial<MachineView> = {}): MachineView {
  return { id, name: "mint/issuance", steps: [], edges: [], visited: [], current: "", final: true, ...change };
}

const ids = (machines: MachineView[]) => machines.map((m) => m.id);

test("machines that have ended stand behind the others, except that of an invoice or the last", () => {
  const cases: [MachineView[], number[], number[]][] = [
    [[], [], []],
    [[machine(1)], [], [1]],
    [[machine(1), machine(2)], [1], [2]],
    [[machine(1, { final: false }), machine(2), machine(3)], [2], [1, 3]],
    [[machine(1), machine(2, { name: "lnv2/send" }), machine(3)], [1, 3], [2]],
    [[machine(1, { stuck: "panic" }), machine(2), machine(3, { final: false })], [2], [1, 3]],
  ];
  for (const [all, earlier, now] of cases) assert.deepEqual([ids(split(all).earlier), ids(split(all).now)], [earlier, now]);
});

test("what never comes is not waited for", () => {
  const waits = ["taken", "cancelled", "expired"].map((event) => ({ event, since_ms: 1 }));
  const events = (m: MachineView) => m.waits?.map((w) => w.event);
  const spend = machine(1, { name: "mint/spend", waits });
  assert.deepEqual(events(withoutNever(spend, undefined)), ["taken", "cancelled"]);
  assert.deepEqual(events(withoutNever(spend, 5)), ["taken", "cancelled", "expired"]);
  assert.deepEqual(events(withoutNever(machine(1, { name: "another", waits }), undefined)), ["taken", "cancelled", "expired"]);
  assert.equal(events(withoutNever(machine(1, { name: "mint/spend" }), undefined)), undefined);
});
