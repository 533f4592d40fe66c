import assert from "node:assert/strict";
import { test } from "node:test";
import { refuses } from "./refusal";

test("only what was refused was certainly not done", () => {
  for (const code of ["InsufficientBalance", "QuoteExpired", "NoExactAmount", "NotJoined", "GatewayUnavailable", "Expired"]) assert.ok(refuses(code), code);
  const unknown = ["Interrupted", "StorageInUse", "OutcomeUnknown", "Aborted", "Internal", "StorageUnavailable", "Surprise", "", "__proto__"];
  for (const code of unknown) assert.ok(!refuses(code), code);
});
