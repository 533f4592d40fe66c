import assert from "node:assert/strict";
import { test } from "node:test";
import { placesFor, unfinished, wordsIn } from "./phrase";

test("the words in a text", () => {
  const three = ["legal", "winner", "thank"];
  for (const text of ["legal winner thank", " Legal\nWINNER\tthank ", "1. legal 2. winner 3. thank", "1) legal\n2) winner\n3) thank", "1.legal 2.winner 3.thank", "legal, winner; thank,"]) {
    assert.deepEqual(wordsIn(text), three, text);
  }
  assert.deepEqual(wordsIn(" \n"), []);
  assert.deepEqual(wordsIn("\uff41bandon"), ["abandon"]); // wide letters
});

test("the word that is being typed", () => {
  assert.ok(unfinished("legal winn"));
  for (const text of ["", "legal ", "legal\n", "legal,"]) assert.ok(!unfinished(text), text);
});

test("how many places there are", () => {
  assert.deepEqual([0, 5, 12, 13, 18, 22, 24, 30].map(placesFor), [12, 12, 12, 15, 18, 24, 24, 30]);
});
