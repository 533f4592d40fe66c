import assert from "node:assert/strict";
import { test } from "node:test";
import { entry, tame, textIn } from "./outside";

test("texts from outside are one tame line", () => {
  const cases: [unknown, number, string][] = [
    ["Plain", 10, "Plain"],
    ["  two\n\tlines ", 20, "two lines"],
    ["<b>markup</b>", 20, "<b>markup</b>"],
    ["left\u202eright", 20, "leftright"],
    ["\u2066isolate\u2069", 20, "isolate"],
    ["zero\u200bwidth\ufeff", 20, "zerowidth"],
    ["\u0000\u0007bell", 20, "bell"],
    ["tag\u{e0041}s", 20, "tags"],
    ["exactly ten", 11, "exactly ten"],
    ["more than ten", 10, "more than\u2026"],
    ["\u05e9\u05dc\u05d5\u05dd", 10, "\u05e9\u05dc\u05d5\u05dd"],
    ["", 10, ""],
    [undefined, 10, ""],
    [{ toString: () => "object" }, 10, ""],
    [7, 10, ""],
  ];
  for (const [text, max, tamed] of cases) assert.equal(tame(text, max), tamed);
});

test("a character counts once, however it is made, and is not too tall", () => {
  assert.equal(tame("\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", 3).length > 0, true);
  const tall = "a" + "\u0301".repeat(5000);
  assert.ok(tame(tall, 10).length <= 10 * 16 + 1);
});

test("a megabyte is cut quickly", () => {
  const tamed = tame("x".repeat(1 << 20), 60);
  assert.equal(tamed, "x".repeat(60) + "\u2026");
});

test("a table has nothing but its own entries", () => {
  const table: Record<string, string> = { mint: "E-cash" };
  assert.equal(entry(table, "mint"), "E-cash");
  for (const name of ["other", "__proto__", "constructor", "toString", "", undefined, null, 7, ["mint"]]) assert.equal(entry(table, name), undefined);
});

test("any value may come where an object with texts should", () => {
  assert.equal(textIn({ welcome_message: "Hello" }, "welcome_message"), "Hello");
  const others: unknown[] = [null, undefined, 7, "welcome_message", true, [], ["welcome_message"], {}];
  const wrong: unknown[] = [null, 7, ["Hello"], { toString: "Hello" }].map((text) => ({ welcome_message: text }));
  for (const value of [...others, ...wrong]) assert.equal(textIn(value, "welcome_message"), undefined);
  assert.equal(textIn({}, "constructor"), undefined);
  assert.equal(textIn(JSON.parse('{"__proto__": {"name": "x"}}'), "name"), undefined);
});

test("half a surrogate is dropped", () => {
  assert.equal(tame("a\ud83d", 10), "a");
});
