import assert from "node:assert/strict";
import { test } from "node:test";
import type { AskView, FederationView, FeeView, GatewayTerms, MachineView, PayView } from "./api";
import { feeText, gatewayName, hasLightning, lapseOf, linesOfAsk, linesOfPay, richestOf, sendFee } from "./lightning";

const federation = (balance_msat: number, ...modules: [kind: string, usable: boolean][]) =>
  ({ balance_msat, modules: modules.map(([kind, usable], id) => ({ id, kind, usable })) }) as FederationView;

test("a federation has lightning if this wallet can use it", () => {
  assert.ok(hasLightning(federation(0, ["mint", true], ["lnv2", true])));
  for (const other of [federation(0), federation(0, ["lnv2", false]), federation(0, ["mint", true], ["__proto__", true])]) assert.ok(!hasLightning(other));
});

test("the richest federation", () => {
  const [poor, rich] = [federation(1), federation(2)];
  assert.equal(richestOf([poor, rich, poor]), rich);
  assert.equal(richestOf([]), undefined);
});

test("fees in plain words", () => {
  const cases: [number, number, string][] = [
    [0, 0, "no fee"],
    [1000, 0, "1\u00a0sat"],
    [0, 5000, "0.5\u00a0%"],
    [1500, 15_000, "1.5\u00a0sat and 1.5\u00a0%"],
    [0, 1, "0.0001\u00a0%"],
    [0, 20_000_000, "2\u202f000\u00a0%"],
  ];
  for (const [base, parts_per_million, text] of cases) assert.equal(feeText({ base, parts_per_million }), text);
});

test("a gateway that has made the invoice itself may ask for less", () => {
  const fee = (base: number): FeeView => ({ base, parts_per_million: 0 });
  const terms: GatewayTerms = { lightning_public_key: "02aa", send_fee_minimum: fee(1), send_fee_default: fee(2), receive_fee: fee(3), receive_enabled: true };
  assert.deepEqual([sendFee(terms, "02aa").base, sendFee(terms, "02bb").base], [1, 2]);
});

test("what a gateway is called", () => {
  const cases: [string | undefined, string, string][] = [
    ["Bolt\u202e", "https://gateway.example/", "Bolt"],
    [undefined, "https://gateway.example:8443/v1", "gateway.example:8443"],
    ["", "no address", "no address"],
    [" ", "", "A gateway"],
  ];
  for (const [name, url, shown] of cases) assert.equal(gatewayName({ url, ...(name === undefined ? {} : { name }) }), shown);
});

test("what paying and being paid costs adds up", () => {
  const paid = { invoice: { amount_msat: 10_000 }, gateway_fee_msat: 51, federation_fee_msat: 7 } as PayView;
  const pay = linesOfPay(10_000, paid).map((l) => l.msat!);
  assert.deepEqual(pay, [10_000, 51, 7, 10_058]);
  const asked = { amount_msat: 9900, gateway_fee_msat: 90, federation_fee_msat: 10 } as AskView;
  const ask = linesOfAsk(10_000, asked).map((l) => l.msat!);
  assert.deepEqual(ask, [10_000, -90, -10, 9900]);
  for (const parts of [pay, ask]) assert.equal(parts.slice(0, -1).reduce((a, b) => a + b), parts.at(-1));
  for (const lines of [linesOfPay(5, undefined), linesOfAsk(5, undefined)]) assert.deepEqual(lines.map((l) => l.msat), [5, undefined, undefined, undefined]);
});

test("how an invoice ended that brought nothing", () => {
  const machine = (name: string, current: string) => ({ name, current }) as MachineView;
  for (const step of ["expired", "uneconomical", "taken"]) assert.equal(lapseOf([machine("transaction", "taken"), machine("lnv2/receive", step)]), step);
  for (const machines of [[], [machine("lnv2/receive", "__proto__")], [machine("other", "taken")]]) assert.equal(lapseOf(machines), "expired");
});
