import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperationView } from "./api";
import { byDay, complete, extended, furthered, merged, type Log } from "./pages";

function operation(id: string, began_ms: number, number = began_ms): OperationView {
  return {
    federation: "",
    operation_id: id,
    number,
    title: "send",
    state: "done",
    requested_msat: 0,
    amount_msat: 0,
    fee_msat: 0,
    change_msat: 0,
    gone_msat: 0,
    aside_msat: 0,
    outgoing: true,
    in_flight_msat: 0,
    handed_out_msat: 0,
    final: true,
    began_ms,
  };
}

const ids = (list: OperationView[]) => list.map((op) => op.operation_id).join("");

test("pages of a log follow each other until one is not full", () => {
  let log: Log = { operations: [], complete: false };
  log = extended(log, [operation("d", 4), operation("c", 3)], 2);
  assert.equal(log.complete, false);
  log = extended(log, [operation("b", 2)], 2);
  assert.deepEqual([ids(log.operations), log.complete], ["dcb", true]);
});

test("logs are read on, page by page, until all are complete", async () => {
  const stored: Record<string, OperationView[]> = { one: [5, 4, 3, 2, 1].map((n) => operation(`one${n}`, n)), two: [operation("two1", 1)] };
  const asked: string[] = [];
  const ask = async (federation: string, before: number) => {
    asked.push(`${federation} ${before}`);
    return stored[federation]!.filter((op) => before === 0 || op.number < before).slice(0, 2);
  };
  const federations = Object.keys(stored);
  let logs: Map<string, Log> = new Map();
  for (let round = 0; !complete(logs, federations); round++) {
    assert.ok(round < 3);
    logs = await furthered(logs, federations, 2, ask);
  }
  assert.deepEqual(asked, ["one 0", "two 0", "one 4", "one 2"]);
  for (const id of federations) assert.deepEqual(logs.get(id)!.operations, stored[id]);
});

test("only what is pushed is shown before anything was asked for", () => {
  assert.equal(ids(merged([operation("b", 2), operation("a", 1)], [])), "ba");
  assert.equal(ids(merged([], [])), "");
});

test("what is pushed wins over what was asked for", () => {
  const fresh = { ...operation("a", 1), state: "refused" as const };
  const list = merged([fresh], [{ operations: [operation("a", 1)], complete: true }]);
  assert.deepEqual(list, [fresh]);
});

test("nothing is shown below a gap", () => {
  const newest = [operation("z", 90), operation("y", 80)];
  const one: Log = { operations: [operation("z", 90), operation("f", 60)], complete: false };
  const two: Log = { operations: [operation("y", 80), operation("e", 50), operation("a", 10)], complete: true };
  assert.equal(ids(merged(newest, [one, two])), "zyf"); // there may be more of one below 60
  assert.equal(ids(merged(newest, [{ ...one, complete: true }, two])), "zyfea");
});

test("operations are grouped by day, in their order", () => {
  const groups = byDay([3, 3, 2, 1, 1], (n) => `day ${n}`);
  assert.deepEqual(
    groups.map((g) => [g.day, g.items.length]),
    [
      ["day 3", 2],
      ["day 2", 1],
      ["day 1", 2],
    ],
  );
});
