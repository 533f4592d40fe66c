import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperationView, ProgressView } from "./api";
import { cameOfSearch, furthestBehind, percentOf, percentText, searchText, stageOf } from "./search";

const progress = (from: number, read: number, end: number): ProgressView => ({ from, read, end, sessions: true });

function restore(change: Partial<OperationView>): OperationView {
  return { title: "restore", state: "on its way", in_flight_msat: 0, ...change } as OperationView;
}

test("how much was looked through", () => {
  const cases: [ProgressView, number][] = [
    [progress(0, 0, 10), 0],
    [progress(0, 5, 10), 50],
    [progress(100, 150, 200), 50], // a backup spares what was before
    [progress(0, 10, 10), 99],
    [progress(0, 0, 0), 99],
    [progress(10, 5, 20), 0],
    [progress(0, 999, 1000), 99],
  ];
  for (const [p, percent] of cases) assert.equal(percentOf(p), percent, JSON.stringify(p));
});

test("of several searches the one that is the furthest behind counts", () => {
  const half = restore({ progress: progress(0, 5, 10) });
  const most = restore({ progress: progress(0, 9, 10) });
  assert.equal(furthestBehind([most, half]), 50);
  assert.equal(furthestBehind([most, restore({ state: "done" })]), 90);
  assert.equal(furthestBehind([most, restore({ in_flight_msat: 5 })]), 90);
  assert.equal(furthestBehind([most, restore({})]), undefined); // it is not known yet how much there is
  assert.equal(furthestBehind([]), undefined);
});

test("what came of a search", () => {
  assert.deepEqual(
    [cameOfSearch(600, 580), cameOfSearch(600, 0), cameOfSearch(600, -15), cameOfSearch(0, -100), cameOfSearch(0, 0)],
    ["found", "found", "matched", "takenElsewhere", "foundNothing"],
  );
});

test("what is said about it", () => {
  assert.equal(searchText(undefined), "Looking for your money");
  assert.equal(searchText(42), "Looking for your money, 42\u00a0%");
  const half = restore({ progress: progress(0, 5, 10) });
  assert.deepEqual([stageOf(half), percentText(half)], ["Looking for your money", "50\u00a0%"]);
  assert.equal(percentText(restore({})), undefined);
  assert.equal(stageOf(restore({ in_flight_msat: 1 })), "Claiming what was found");
});
