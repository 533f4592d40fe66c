// What federations and their gateways can do about lightning, in words.

import { groups, sat } from "./amount";
import type { AskView, FederationView, FeeView, GatewayTerms, GatewayView, MachineView, PayView } from "./api";
import { lengths, tame } from "./outside";
import { fill } from "./parts/text";
import { texts } from "./texts";

/** The modules by which a federation pays invoices and is paid. */
const kinds: readonly string[] = ["lnv2"];

export function hasLightning(f: FederationView): boolean {
  return f.modules.some((m) => kinds.includes(m.kind) && m.usable);
}

/** The federation among these that has the most money. */
export function richestOf(list: FederationView[]): FederationView | undefined {
  return [...list].sort((a, b) => b.balance_msat - a.balance_msat)[0];
}

/** What a gateway is called: by itself, or else by its host. */
export function gatewayName({ name, url }: Pick<GatewayView, "name" | "url">): string {
  return tame(name, lengths.name) || tame(hostOf(url), lengths.name) || texts.gateways.unnamed;
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** What a gateway takes for paying somebody's invoice. */
export function sendFee(terms: GatewayTerms, payee: string): FeeView {
  return payee === terms.lightning_public_key ? terms.send_fee_minimum : terms.send_fee_default;
}

/** A fee in plain words: "1 sat and 0.5 %". */
export function feeText({ base, parts_per_million }: FeeView): string {
  const part = partText(parts_per_million);
  if (base === 0 && parts_per_million === 0) return texts.gateways.free;
  if (parts_per_million === 0) return fill(texts.gateways.base, { base: sat(base) });
  return base === 0 ? fill(texts.gateways.part, { part }) : fill(texts.gateways.both, { base: sat(base), part });
}

/** Parts of a million in per cent, exactly. */
function partText(ppm: number): string {
  const whole = Math.trunc(ppm / 10_000);
  const rest = String(ppm % 10_000).padStart(4, "0").replace(/0+$/, "");
  return groups(whole) + (rest && "." + rest);
}

/** A line of a sum whose amount may not be known yet. */
interface Line {
  label: string;
  msat: number | undefined;
}

/** What paying costs, line by line. */
export function linesOfPay(amount_msat: number, quote: PayView | undefined): Line[] {
  return [
    { label: texts.sums.amount, msat: amount_msat },
    { label: texts.sums.gatewayFee, msat: quote?.gateway_fee_msat },
    { label: texts.sums.federationFee, msat: quote?.federation_fee_msat },
    { label: texts.sums.pay, msat: quote && totalOf(quote) },
  ];
}

/** What leaves the wallet, in msat. */
export function totalOf(quote: PayView): number {
  return quote.invoice.amount_msat + quote.gateway_fee_msat + quote.federation_fee_msat;
}

/** What somebody pays, and what of it arrives. */
export function linesOfAsk(amount_msat: number, quote: AskView | undefined): Line[] {
  return [
    { label: texts.sums.amount, msat: amount_msat },
    { label: texts.sums.gatewayFee, msat: quote && 0 - quote.gateway_fee_msat },
    { label: texts.sums.federationFee, msat: quote && 0 - quote.federation_fee_msat },
    { label: texts.sums.get, msat: quote?.amount_msat },
  ];
}

/** How an invoice ended that brought nothing. */
export type Lapse = "expired" | "uneconomical" | "taken";

export function lapseOf(machines: MachineView[]): Lapse {
  const step = machines.find((m) => m.name === "lnv2/receive")?.current;
  return step === "uneconomical" || step === "taken" ? step : "expired";
}
