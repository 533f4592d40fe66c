// Small pieces of text.

import type { ComponentChildren } from "preact";
import { sat, write } from "../amount";
import { tame } from "../outside";
import { texts } from "../texts";

/** Text from outside: isolated, in one line, cut. */
export function Outside({ text, max }: { text: string | undefined; max: number }) {
  return <bdi>{tame(text, max)}</bdi>;
}

/** The name that a federation gives itself, or a word for one without a name. */
export function FederationName({ name }: { name: string | undefined }) {
  const tamed = tame(name, 60);
  return tamed ? <bdi>{tamed}</bdi> : <>{texts.common.unnamed}</>;
}

interface AmountProps {
  msat: number;
  sign?: string;
  unit?: boolean;
  /** Whether it did not come about. */
  tried?: boolean;
}

/** An amount of msat in sat. */
export function Amount({ msat, sign = "", unit = true, tried = false }: AmountProps) {
  const { whole, rest } = write(msat);
  return (
    <span class={tried ? "amount tried" : "amount"}>
      {sign}
      {whole}
      {rest && <span class="rest">{rest}</span>}
      {unit && <span class="unit">{`\u00a0${texts.unit}`}</span>}
    </span>
  );
}

/** Fills the {names} of a text in with what is shown there. */
export function Fill({ text, ...values }: { text: string } & Record<string, ComponentChildren>) {
  return (
    <>
      {text.split(/\{(\w+)\}/).map((part, i) => (i % 2 === 0 ? part : (values[part] as ComponentChildren)))}
    </>
  );
}

/** Fills the {names} of a text in with texts. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** An amount of msat as text with its unit. */
export function amountText(msat: number): string {
  return `${sat(msat)}\u00a0${texts.unit}`;
}
