// What the home screen looked like the last time. Until the core has told what
// there is, everything has the place that it had then, so that nothing moves.

import { useEffect } from "preact/hooks";
import { hasLightning } from "../lightning";
import { note, noted } from "../note";
import { site } from "../site";
import { federations, latest, wallet } from "../wallet";

interface Shape {
  empty: boolean; // no money
  faucet: boolean;
  lightning: boolean;
  federations: number;
  operations: number;
}

const name = "home";

function read(): Shape {
  const usual = { empty: false, faucet: false, lightning: false, federations: 1, operations: 3 };
  try {
    return { ...usual, ...(JSON.parse(noted(name) ?? "{}") as Partial<Shape>) };
  } catch {
    return usual;
  }
}

export const lastShape = read();

/** Notes what the screen looks like, whenever that changes. */
export function useShape(): void {
  const operations = latest.value?.length;
  const shape = {
    empty: wallet.value?.balance_msat === 0,
    faucet: site.value.faucet !== undefined,
    lightning: federations.value.some(hasLightning),
    federations: federations.value.length,
    operations,
  };
  const text = wallet.value && operations !== undefined ? JSON.stringify(shape) : "";
  useEffect(() => {
    if (text) note(name, text);
  }, [text]);
}
