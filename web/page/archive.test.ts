import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchivedView } from "./api";
import { shownOfArchived, titleOfArchived } from "./archive";

function archived(change: Partial<ArchivedView>): ArchivedView {
  return { operation_id: "00", title: "receive", state: "done", amount_msat: 1000, fee_msat: 20, change_msat: 980, outgoing: false, began_ms: 1, ...change };
}

test("what a payment of a file was", () => {
  const cases: [Partial<ArchivedView>, string, string][] = [
    [{}, "Received", "+980"],
    [{ title: "send", change_msat: -1020, outgoing: true }, "Sent", "\u22121020"],
    [{ title: "send", state: "returned", change_msat: -20 }, "Sent, taken back", "\u221220"],
    [{ state: "refused", change_msat: 0 }, "Not received", "1000"],
    [{ title: "pay", change_msat: -1020, outgoing: true }, "Paid", "\u22121020"],
    [{ title: "pay", state: "returned", change_msat: -20 }, "Not paid, came back", "\u221220"],
    [{ title: "invoice", state: "lapsed", amount_msat: 0, change_msat: 0 }, "Not received", "0"],
    [{ title: "invoice", state: "ready", change_msat: 0 }, "Invoice", "0"],
    [{ title: "restore" }, "Found again", "+980"],
    [{ title: "restore", amount_msat: 0, change_msat: 0 }, "Nothing was found", "0"],
    [{ title: "restore", amount_msat: 0, change_msat: -500 }, "Taken by another wallet", "\u2212500"],
    [{ title: "restore", amount_msat: 600, change_msat: -20 }, "Matched with another wallet", "\u221220"],
    [{ title: "__proto__" }, "Payment", "+980"],
    [{ title: "lightning", change_msat: 0 }, "Payment", "0"],
  ];
  for (const [change, title, amount] of cases) {
    const entry = archived(change);
    const { sign, msat } = shownOfArchived(entry);
    assert.deepEqual([titleOfArchived(entry), sign + msat], [title, amount]);
  }
});
