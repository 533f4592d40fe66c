import assert from "node:assert/strict";
import { test } from "node:test";

// The browser's storage, of which there is none here.
const kept: Record<string, string> = {};
Object.assign(globalThis, {
  window: { localStorage: { getItem: (name: string) => kept[name] ?? null, setItem: (name: string, text: string) => (kept[name] = text) } },
});
const { invitesIn, unwant, want, wanted } = await import("./invites");

const one = "fed11qgqzc2nhwden5te0vejkg6tdd9h8gepwvejkg6tdd9h8garhduhx6at5d9h8jmn9wshxxmmd9uqqzgxg6s3evnr6m";
const other = one.replace("evnr6m", "qqqqqq");
const newer = "fedimint" + "02abcv".repeat(20);

test("the invitations in a text", () => {
  const cases: [string, string[]][] = [
    [one, [one]],
    [one.toUpperCase(), [one]],
    [`${one}\n${other}, ${one}`, [one, other]],
    [`Join: https://wallet.example/#${one} and web+fedimint:${other}.`, [one, other]],
    [newer.toUpperCase(), [newer]],
    ["fed1short and nothing else", []],
    ["", []],
  ];
  for (const [text, codes] of cases) assert.deepEqual(invitesIn(text), codes, text);
});

test("invitations are noted until they are of no use any more", () => {
  assert.ok(want([one, other]));
  assert.ok(want([one]));
  assert.ok(!want([]));
  assert.deepEqual(wanted.value, [one, other]);
  assert.deepEqual(kept["satchel.invites"]?.split(" "), [one, other]);
  unwant(one);
  assert.deepEqual(wanted.value, [other]);
  want(Array.from({ length: 100 }, (_, i) => `${one}${i}`));
  assert.equal(wanted.value.length, 101); // a file may name many
});
