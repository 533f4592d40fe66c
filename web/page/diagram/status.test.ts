import assert from "node:assert/strict";
import { test } from "node:test";
import type { MachineView } from "../api";
import { statusOf } from "./status";

const machine: MachineView = {
  id: 1,
  name: "transaction",
  steps: ["created", "accepted", "rejected"],
  edges: [
    ["created", "accepted", "accepted"],
    ["created", "rejected", "rejected"],
  ],
  visited: [{ step: "created", at_ms: 1 }],
  current: "created",
  final: false,
  waits: [{ event: "accepted", since_ms: 2, attempts: 3 }],
};

const steps = (m: MachineView) => statusOf(m).steps.map((s) => `${s.name}: ${s.status}`);
const edges = (m: MachineView) => statusOf(m).edges.map((e) => `${e.edge[1]}: ${e.status}`);

test("a machine that waits", () => {
  assert.deepEqual(steps(machine), ["created: current", "accepted: ahead", "rejected: ahead"]);
  assert.deepEqual(edges(machine), ["accepted: awaited", "rejected: idle"]);
  assert.equal(statusOf(machine).edges[0]!.wait?.attempts, 3);
});

test("a machine that has come to an end", () => {
  const visited = [...machine.visited, { step: "rejected", event: "rejected", at_ms: 5 }];
  const ended = { ...machine, visited, current: "rejected", final: true, waits: [] };
  assert.deepEqual(steps(ended), ["created: visited", "accepted: ahead", "rejected: final"]);
  assert.deepEqual(edges(ended), ["accepted: idle", "rejected: taken"]);
});

test("a machine that is stuck", () => {
  assert.equal(steps({ ...machine, stuck: "panic" })[0], "created: stuck");
});

test("a machine of another version shows where it was", () => {
  const visited = [
    { step: "new", at_ms: 1 },
    { step: "newer", event: "grew", at_ms: 2 },
  ];
  const unknown = { ...machine, steps: [], edges: [], visited, current: "newer", waits: [] };
  assert.deepEqual(steps(unknown), ["new: visited", "newer: current"]);
  assert.deepEqual(edges(unknown), ["grew: taken"]);
});
