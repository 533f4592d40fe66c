import assert from "node:assert/strict";
import { test } from "node:test";
import { strengthOf } from "./strength";

test("how good a passphrase is", () => {
  const cases: Record<string, string[]> = {
    short: ["", "a", "1234567", "\u{1f600}".repeat(7)],
    weak: ["password", "aaaaaaaaaaaaaaaaaaaa", "12345678", "correct horse", "horse horse horse horse horse"],
    fair: ["correct horse battery plane", "k3#x9!pQ2z1"],
    good: ["correct horse battery staple window", "k3#x9!pQ2z-W7r+dv"],
  };
  for (const [strength, passphrases] of Object.entries(cases)) {
    for (const p of passphrases) assert.equal(strengthOf(p), strength, p);
  }
});
