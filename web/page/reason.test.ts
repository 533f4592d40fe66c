import assert from "node:assert/strict";
import { test } from "node:test";
import type { GuardianView, MachineView, OperationDetail } from "./api";
import { dotOf, stateOf, summaryOf } from "./health";
import { moduleNames } from "./modules";
import { reasonOf } from "./reason";

const plain = (text: string) => text.replace(/\u00a0/g, " ");

function guardian(peer: number, state: GuardianView["state"], more: Partial<GuardianView> = {}): GuardianView {
  return { peer, name: `Guardian ${peer}`, url: "", state, since_ms: 0, ...more };
}

const four = [guardian(0, "up"), guardian(1, "up"), guardian(2, "up"), guardian(3, "down")];
const two = [guardian(0, "up"), guardian(1, "up"), guardian(2, "down"), guardian(3, "connecting")];

function waiting(name: string, since_ms: number, change: Partial<MachineView> = {}): MachineView {
  return { id: 1, name, steps: [], edges: [], visited: [], current: "", final: false, waits: [{ event: "e", since_ms }], ...change };
}

/** A payment for which a gateway was asked. */
function asked(since_ms: number, error?: string): MachineView {
  return waiting("lnv2/send", 0, { current: "funded", waits: [{ event: "gateway answered", since_ms, ...(error ? { error } : {}) }] });
}

function operation(machines: MachineView[], guardians: GuardianView[]): OperationDetail {
  return { machines, guardians, threshold: 3, began_ms: 1000 } as OperationDetail;
}

test("an operation says what it waits for, and how long it has", () => {
  const cases: [OperationDetail, boolean, string][] = [
    [operation([waiting("transaction", 8000)], four), true, "Waiting for 3 of 4 guardians to agree, 12 s"],
    [operation([waiting("mint/input", 1), waiting("mint/issuance", 8000)], four), true, "Waiting for 3 of 4 guardians to sign, 12 s"],
    [operation([waiting("mint/issuance", 1), waiting("transaction", 8000)], four), true, "Waiting for 3 of 4 guardians to agree, 12 s"],
    [
      operation([waiting("mint/inquiry", 8000), waiting("mint/issuance", 1)], four),
      true,
      "Asking which of it somebody else has taken: 3 of 4 guardians have to say, 12 s",
    ],
    [operation([waiting("mint/packing", 8000)], four), true, "Waiting for 3 of 4 guardians to sign, 12 s"],
    [operation([waiting("mint/issuance", 1), asked(8000)], four), true, "Waiting for the gateway to pay it, 12 s"],
    [operation([asked(8000, "no")], four), true, "Waiting for the gateway, 12 s: it gives no answer yet, and is asked again"],
    [operation([waiting("transaction", 8000), waiting("lnv2/send", 1, { current: "funding" })], four), true, "Waiting for 3 of 4 guardians to agree, 12 s"],
    [operation([waiting("lnv2/receive", 8000, { current: "claimable" })], four), true, "Waiting for the guardians, 12 s"],
    [operation([waiting("another", 8000)], four), true, "Waiting for the guardians, 12 s"],
    [operation([], four), true, "Waiting for the guardians, 19 s"],
    [operation([waiting("transaction", 8000)], two), true, "Waiting for guardians, 12 s: 2 of 4 answer, 3 are needed"],
    [operation([waiting("transaction", 8000)], two), false, "Waiting until you are online, 12 s"],
  ];
  for (const [op, online, text] of cases) assert.equal(plain(reasonOf(op, online, 20_000)), text);
});

test("guardians together", () => {
  assert.equal(summaryOf(four.slice(0, 3), 3, true), "All 3 guardians answer");
  assert.equal(summaryOf(four.slice(0, 1), 1, true), "Its guardian answers");
  assert.equal(summaryOf(four, 3, true), "3 of 4 guardians answer");
  assert.equal(summaryOf(two, 3, true), "Connecting");
  assert.equal(summaryOf([...two.slice(0, 3), guardian(3, "down")], 3, true), "2 of 4 answer: too few");
  assert.equal(summaryOf(four, 3, false), "Offline");
  const liar = guardian(3, "up", { misbehaviours: [{ method: "", what: "", when_ms: 0, count: 1 }] });
  assert.equal(summaryOf([...four.slice(0, 3), liar], 3, true), "All 4 guardians answer; 1 gave wrong answers");
  assert.equal(summaryOf([...four.slice(1, 4), liar], 3, true), "3 of 4 guardians answer; 1 gave wrong answers");
  assert.equal(summaryOf([liar], 1, true), "Its guardian answers; it gave wrong answers");
});

test("one guardian", () => {
  const wrong = { misbehaviours: [{ method: "", what: "", when_ms: 0, count: 1 }] };
  assert.deepEqual(
    [guardian(0, "up"), guardian(0, "up", { latency_ms: 4000 }), guardian(0, "up", wrong), guardian(0, "down"), guardian(0, "idle")].map(dotOf),
    ["up", "slow", "wrong", "down", "waiting"],
  );
  assert.equal(stateOf(guardian(0, "down", wrong)), "does not answer, gave wrong answers");
  assert.equal(stateOf(guardian(0, "unsupported")), "has no web address");
});

test("modules are named once, the important ones first, and strange ones are tame", () => {
  const modules = ["meta", "wallet", "mint", "mintv2", "<script>\u202e"].map((kind, id) => ({ id, kind, usable: true }));
  assert.deepEqual(moduleNames(modules, true), ["E-cash", "Bitcoin", "Notices", "<script>"]);
  assert.deepEqual(moduleNames(modules, false), []);
  const inherited = ["__proto__", "constructor", "toString", "other"].map((kind, id) => ({ id, kind, usable: true }));
  assert.deepEqual(moduleNames(inherited, true), ["__proto__", "constructor", "toString", "other"]);
});
