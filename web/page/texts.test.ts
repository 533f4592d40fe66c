import assert from "node:assert/strict";
import { test } from "node:test";
import { errorText, texts } from "./texts";

test("every error says what happened, what it means for the money, and what to do", () => {
  for (const [code, text] of Object.entries(texts.errors)) {
    for (const sentence of [text.what, text.money, text.do]) assert.match(sentence, /^[A-Z].{8,}\.$/, code);
    assert.doesNotMatch(`${text.what} ${text.money}`, /fail/i, code); // an error is never an outcome
  }
});

test("what stands in the way of a payment is said in one sentence", () => {
  for (const [code, sentence] of Object.entries({ ...texts.pay.refusals, ...texts.ask.refusals })) {
    assert.ok(Object.hasOwn(texts.errors, code), code);
    assert.match(sentence, /^[A-Z].{8,}\.$/, code);
    assert.doesNotMatch(sentence, /fail/i, code);
  }
});

test("a code that is not known is a mistake of the program", () => {
  for (const code of ["Surprise", "", "__proto__", "constructor"]) assert.equal(errorText(code), texts.errors.Internal);
});
