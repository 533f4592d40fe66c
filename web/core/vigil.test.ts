import assert from "node:assert/strict";
import { test } from "node:test";
import { Vigil, believed, lookEvery } from "./vigil";

test("an owner that is silent is asked, and succeeded if it stays silent", () => {
  const vigil = new Vigil(0);
  let now = 0;
  while (now + lookEvery < believed) assert.equal(vigil.look((now += lookEvery)), false);
  const asked = now + lookEvery;
  assert.equal(vigil.look(asked), true);
  assert.equal(vigil.silentSince(asked), true);
  vigil.hear(asked + 1);
  assert.equal(vigil.silentSince(asked), false);
  assert.equal(vigil.look(asked + lookEvery), false);
});

test("an owner that is heard is never asked", () => {
  const vigil = new Vigil(0);
  for (let now = 0; now < 100_000; now += lookEvery) {
    vigil.hear(now);
    assert.equal(vigil.look(now), false);
  }
});

test("a worker that has slept starts to listen anew", () => {
  const vigil = new Vigil(0);
  assert.equal(vigil.look(lookEvery), false);
  const woken = 3_600_000;
  assert.equal(vigil.look(woken), false);
  assert.equal(vigil.look(woken + lookEvery), false);
  assert.equal(vigil.believes(woken + believed - 1), true);
});
