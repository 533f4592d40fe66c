// Whether the browser keeps what is stored, and what the page itself keeps: that
// the words were written down. No money is here.

import { signal } from "@preact/signals";
import { note, noted } from "./note";

/** Whether the browser has promised to keep what is stored; undefined if unknown. */
export const kept = signal<boolean | undefined>(undefined);

/** Whether the browser was asked in this life of the page. */
export const asked = signal(false);

/** How many bytes are stored. */
export const used = signal<number | undefined>(undefined);

/**
 * Whether the person has written the words down and shown so. The core makes words
 * only where it has said that there are none, and then this is forgotten: it never
 * speaks of other words, and the words themselves are read only to be shown.
 */
export const wordsKept = signal(noted("words") === "kept");

/** Looks at what the browser says about the storage. */
export async function lookAtStorage(): Promise<void> {
  if (!("storage" in navigator)) return;
  try {
    kept.value = await navigator.storage.persisted();
    used.value = (await navigator.storage.estimate()).usage;
  } catch {
    // the browser stores nothing here, which the core says
  }
}

/** Asks the browser to keep what is stored. It may ask the person, or refuse. */
export async function askToKeep(): Promise<void> {
  if (!("storage" in navigator) || kept.value) return;
  kept.value = await navigator.storage.persist().catch(() => false);
  asked.value = true;
}

export function keepWords(): void {
  note("words", "kept");
  wordsKept.value = true;
}

/** Says that the words which were written down are not, or not any more, those of this wallet. */
export function dropWords(): void {
  if (noted("words") !== null) note("words", "");
  wordsKept.value = false;
}
