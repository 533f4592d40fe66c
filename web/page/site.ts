// What the host of this page adds to it: see package page.

import { signal } from "@preact/signals";

export interface Site {
  faucet?: string;
  amount_msat?: number;
  invite_code?: string;
}

/** Says that the host of the page does not answer. */
export class Unreachable extends Error {}

export const site = signal<Site>({});

export async function readSite(): Promise<void> {
  try {
    const response = await fetch("/site.json");
    if (response.ok) site.value = (await response.json()) as Site;
  } catch {
    // offline: it adds nothing
  }
}

/** Asks the faucet for e-cash and returns it as text. */
export async function askFaucet(): Promise<string> {
  const { faucet = "", amount_msat = 0 } = site.value;
  const response = await fetch(faucet, { method: "POST", body: JSON.stringify({ amount_msat }) }).catch(() => undefined);
  if (!response) throw new Unreachable();
  const answer = (await response.json()) as { notes?: string; error?: { message?: string } };
  if (!answer.notes) throw new Error(answer.error?.message ?? response.statusText);
  return answer.notes;
}
