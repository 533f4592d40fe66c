import assert from "node:assert/strict";
import { test } from "node:test";
import { requestText } from "./protocol";

test("a passphrase is the same however a keyboard writes its letters", () => {
  const composed = "K\u00e4se br\u00fcllt \ud55c\uae00";
  const apart = composed.normalize("NFD");
  assert.notEqual(apart, composed);
  for (const verb of ["export_wallet", "read_export", "import_wallet"]) {
    const asked = JSON.parse(requestText(7, verb, { file: "aGVsbG8=", passphrase: apart })) as object;
    assert.deepEqual(asked, { request_id: 7, type: verb, file: "aGVsbG8=", passphrase: composed });
  }
});

test("everything else is left as it is, and cannot name another request", () => {
  const fields = { request_id: 1, type: "wake", words: ["a\u0308"], passphrase: 7 };
  assert.deepEqual(JSON.parse(requestText(2, "check_words", fields)), { request_id: 2, type: "check_words", words: ["a\u0308"], passphrase: 7 });
  assert.deepEqual(JSON.parse(requestText(3, "wake", {})), { request_id: 3, type: "wake" });
});
