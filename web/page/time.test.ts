import assert from "node:assert/strict";
import { test } from "node:test";
import { age, ahead, dayOf, moment, timeOfDay } from "./time";

const now = new Date(2026, 2, 10, 14, 5, 9).getTime();
const plain = (text: string) => text.replace(/\u00a0/g, " ");

test("ages are in their greatest unit", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [-5000, "0 s"], // a clock that was put back
    [12_999, "12 s"],
    [60_000, "1 min"],
    [3_599_999, "59 min"],
    [3_600_000, "1 h"],
    [86_400_000, "1 day"],
    [3 * 86_400_000, "3 days"],
  ];
  for (const [ms, text] of cases) assert.equal(plain(age(now - ms, now)), text);
});

test("what is ahead is never now", () => {
  assert.equal(plain(ahead(now - 5000, now)), "1 s");
  assert.equal(plain(ahead(now + 4000, now)), "4 s");
});

test("days are named as people name them", () => {
  const at = (day: number, hour = 12) => new Date(2026, 2, day, hour).getTime();
  assert.equal(dayOf(at(10, 0), now), "Today");
  assert.equal(dayOf(at(10, 23), now), "Today");
  assert.equal(dayOf(at(9, 23), now), "Yesterday");
  assert.equal(dayOf(at(8), now), "Sunday 8 March");
  assert.equal(dayOf(new Date(2025, 11, 31).getTime(), now), "31 December 2025");
  assert.equal(timeOfDay(now), "14:05");
});

test("a day of 23 hours does not make today yesterday", () => {
  // Whatever the time zone, midnight to midnight is rounded to days.
  const start = new Date(2026, 2, 28, 23, 59).getTime();
  assert.equal(dayOf(start, new Date(2026, 2, 29, 0, 1).getTime()), "Yesterday");
  assert.equal(dayOf(start, new Date(2026, 2, 30, 0, 1).getTime()), "Saturday 28 March");
});

test("a time that is none is still told", () => {
  for (const at of [NaN, Infinity, -Infinity, 1e300]) assert.match(moment(at), /\d/);
});
