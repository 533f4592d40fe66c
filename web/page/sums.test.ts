import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperationView } from "./api";
import { gainOf, linesOf, linesOfQuote, shownOf } from "./sums";

function operation(change: Partial<OperationView>): OperationView {
  const nothing = { requested_msat: 0, amount_msat: 0, fee_msat: 0, change_msat: 0, gone_msat: 0, aside_msat: 0 };
  return { title: "receive", state: "done", ...nothing, ...change } as OperationView;
}

const lines = (op: OperationView) => linesOf(op).map((l) => `${l.label} ${l.msat}`);
const shown = (op: OperationView) => {
  const one = shownOf(op);
  return one && (one.tried ? "tried " : "") + one.sign + one.msat;
};

test("a payment adds up to what it does to the balance", () => {
  const cases: [OperationView, string[], string | undefined][] = [
    [
      operation({ requested_msat: 100_352, amount_msat: 100_352, fee_msat: 2176, change_msat: 98_176 }),
      ["Amount 100352", "Fee -2176", "You get 98176"],
      "+98176",
    ],
    [
      operation({ requested_msat: 1000, amount_msat: 600, fee_msat: 10, gone_msat: 300, aside_msat: 100, change_msat: 590 }),
      ["Amount 1000", "Taken by somebody -300", "Put aside -100", "Fee -10", "You get 590"],
      "+590",
    ],
    [
      operation({ title: "send", state: "on its way", coming_back: true, outgoing: true, requested_msat: 1000, fee_msat: 20, change_msat: -20 }),
      ["Amount 1000", "Fee 20", "It costs you 20"],
      "\u221220",
    ],
    [
      operation({ state: "refused", requested_msat: 1000, gone_msat: 1000 }),
      ["Amount 1000", "Taken by somebody -1000", "Fee 0", "You get 0"],
      "tried 1000",
    ],
    [
      operation({ title: "send", requested_msat: 200, amount_msat: 200, fee_msat: 5, change_msat: -205 }),
      ["Amount 200", "Fee 5", "You pay 205"],
      "\u2212205",
    ],
    [
      operation({ title: "send", state: "returned", requested_msat: 200_192, amount_msat: 200_192, fee_msat: 1792, change_msat: -1792 }),
      ["Amount 200192", "Fee 1792", "It costs you 1792"],
      "\u22121792",
    ],
    [
      operation({ title: "send", state: "returned", requested_msat: 200, amount_msat: 120, fee_msat: 2, gone_msat: 50, aside_msat: 30, change_msat: -82 }),
      ["Amount 200", "Taken by somebody 50", "Put aside 30", "Fee 2", "It costs you 82"],
      "\u221282",
    ],
    [
      operation({ title: "send", state: "refused", requested_msat: 200, amount_msat: 200, fee_msat: 7, change_msat: -7 }),
      ["Amount 200", "Fee 7", "It costs you 7"],
      "\u22127",
    ],
    [
      operation({ title: "restore", amount_msat: 600, fee_msat: 20, change_msat: 580, final: true }),
      ["Found 600", "Fee -20", "You get 580"],
      "+580",
    ],
    [
      operation({ title: "restore", amount_msat: 600, fee_msat: 20, gone_msat: 100, change_msat: 480, final: true }),
      ["Found 600", "Taken by another wallet -100", "Fee -20", "You get 480"],
      "+480",
    ],
    [
      operation({ title: "restore", gone_msat: 100, change_msat: -100, final: true }),
      ["Found 0", "Taken by another wallet -100", "Fee 0", "It costs you 100"],
      "\u2212100",
    ],
    [operation({ title: "restore", final: true }), [], "0"],
    [operation({ title: "restore", state: "on its way", final: false }), [], undefined],
    [
      operation({ title: "move", requested_msat: 1000, amount_msat: 1000, fee_msat: 30, change_msat: -30 }),
      ["Amount 1000", "Fee 30", "It costs you 30"],
      "\u221230",
    ],
    [
      operation({ title: "move", requested_msat: 1000, amount_msat: 900, fee_msat: 30, gone_msat: 60, aside_msat: 40, change_msat: -130 }),
      ["Amount 1000", "Taken by somebody 60", "Put aside 40", "Fee 30", "It costs you 130"],
      "\u2212130",
    ],
    [
      operation({ title: "pay", outgoing: true, state: "on its way", requested_msat: 10_000, amount_msat: 10_000, fee_msat: 60, change_msat: -10_060 }),
      ["Amount 10000", "Fee 60", "You pay 10060"],
      "\u221210060",
    ],
    [
      operation({ title: "pay", state: "returned", requested_msat: 10_000, amount_msat: 10_000, fee_msat: 20, change_msat: -20 }),
      ["Amount 10000", "Fee 20", "It costs you 20"],
      "\u221220",
    ],
    [
      operation({ title: "invoice", requested_msat: 10_000, amount_msat: 10_000, fee_msat: 60, change_msat: 9940 }),
      ["Amount 10000", "Fee -60", "You get 9940"],
      "+9940",
    ],
    [operation({ title: "invoice", state: "ready", requested_msat: 10_000, amount_msat: 10_000 }), [], "10000"],
    [operation({ title: "invoice", state: "lapsed", requested_msat: 10_000 }), [], "tried 10000"],
  ];
  for (const [op, sum, row] of cases) {
    assert.deepEqual(lines(op), sum);
    assert.equal(shown(op), row);
    if (op.title === "receive") {
      const parts = linesOf(op).map((l) => l.msat);
      assert.equal(parts.slice(0, -1).reduce((a, b) => a + b), parts.at(-1));
    }
  }
});

test("what receiving brings", () => {
  const quote = { amount_msat: 1000, fee_msat: 20, aside_msat: 8 };
  assert.equal(gainOf(quote), 972);
  assert.deepEqual(
    linesOfQuote(quote).map((l) => `${l.label} ${l.msat}`),
    ["E-cash worth 1000", "Put aside -8", "Fee -20", "You get 972"],
  );
  assert.equal(linesOfQuote({ amount_msat: 5, fee_msat: 0, aside_msat: 0 }).length, 3);
});
