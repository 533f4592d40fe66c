import assert from "node:assert/strict";
import { test } from "node:test";
import type { FederationView, WalletView } from "./api";
import { pastAfter, readPast, type Past } from "./past";

const wallet = (words: boolean, federations: number): WalletView => ({
  words,
  balance_msat: 0,
  federations: Array.from({ length: federations }, () => ({}) as FederationView),
});

test("a wallet that was there and has no words is gone, until there are words again", () => {
  const cases: [Past, boolean, number, Past][] = [
    ["no", false, 0, "no"],
    ["no", true, 0, "no"],
    ["no", true, 1, "yes"],
    ["yes", true, 2, "yes"],
    ["yes", true, 0, "no"],
    ["yes", false, 0, "gone"],
    ["gone", false, 0, "gone"],
    ["gone", true, 0, "no"],
    ["gone", true, 1, "yes"],
  ];
  for (const [past, words, federations, after] of cases) {
    assert.equal(pastAfter(past, wallet(words, federations)), after, `${past}, ${words}, ${federations}`);
  }
});

test("a note that says something else says nothing", () => {
  assert.deepEqual([null, "", "yes", "gone", "no", "__proto__"].map(readPast), ["no", "no", "yes", "gone", "no", "no"]);
});
