import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, doubtful, groups, read, sat, typed, write } from "./amount";

const thin = "\u202f";

test("amounts are written in sat, exactly", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [1, "0.001"],
    [10, "0.01"],
    [999, "0.999"],
    [1000, "1"],
    [1024, "1.024"],
    [1500, "1.5"],
    [999_999, "999.999"],
    [1_000_000, `1${thin}000`],
    [12_345_000, `12${thin}345`],
    [-2048, "\u22122.048"],
    [Number.MAX_SAFE_INTEGER, `9${thin}007${thin}199${thin}254${thin}740.991`],
  ];
  for (const [msat, text] of cases) assert.equal(sat(msat), text);
  assert.deepEqual(write(100_352), { whole: "100", rest: ".352" });
});

test("what people write is read, or refused", () => {
  const cases: [string, number | undefined][] = [
    ["0", 0],
    ["1", 1000],
    [" 12 345 ", 12_345_000],
    [`12${thin}345`, 12_345_000],
    ["12'345", 12_345_000],
    ["1.024", 1024],
    [".5", 500],
    ["5.", 5000],
    ["0,5", 500],
    ["12,50", 12_500],
    ["1,024", 1024],
    ["1.000", 1000],
    ["1,000,000", undefined],
    ["12,345.67", undefined],
    ["1.0245", undefined],
    ["1.2.3", undefined],
    ["", undefined],
    [".", undefined],
    [",", undefined],
    ["-1", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["sat", undefined],
    ["9007199254740.991", Number.MAX_SAFE_INTEGER],
    ["9007199254740.992", Infinity],
    ["99999999999999999999999", Infinity],
  ];
  for (const [text, msat] of cases) assert.equal(read(text), msat, JSON.stringify(text));
});

test("what may be meant as a thousand", () => {
  for (const text of ["1.000", "1,024", "999,999", " 12.345 "]) assert.ok(doubtful(text), text);
  for (const text of ["1000", "0.512", "0,512", "1234.567", "1.5", "12,50", "1 000", ".500", "1.", ""]) assert.ok(!doubtful(text), text);
});

test("what the page types for a person can be read", () => {
  for (const msat of [0, 1, 1000, 1024, 12_345_678, Number.MAX_SAFE_INTEGER]) assert.equal(read(typed(msat)), msat);
});

test("numbers are grouped and bytes are rounded", () => {
  assert.equal(groups(999), "999");
  assert.equal(groups(1_000_000), `1${thin}000${thin}000`);
  assert.equal(bytes(0), `0${thin}B`);
  assert.equal(bytes(999), `999${thin}B`);
  assert.equal(bytes(1_343_231), `1.3${thin}MB`);
  assert.equal(bytes(33_000), `33${thin}kB`);
});
