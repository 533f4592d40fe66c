// The invitations of federations that are to be brought back. They are noted, so that
// a person can go on after the page was closed.

import { signal } from "@preact/signals";
import { payload } from "./incoming";
import { note, noted } from "./note";

const name = "invites";

/** How many federations are asked at a time who they are. */
export const atOnce = 50;

const shape = /^(?:fed1[0-9a-z]{20,}|fedimint[0-9a-z]{40,})$/i;

/** Returns the invitations in a text, each once. */
export function invitesIn(text: string): string[] {
  const parts = text.split(/[\s,;]+/).map((part) => payload(part).toLowerCase());
  return [...new Set(parts.filter((part) => shape.test(part)))];
}

/** Those that were added, in their order. */
export const wanted = signal<string[]>(invitesIn(noted(name) ?? ""));

/** Adds invitations, and returns whether there were any. */
export function want(codes: string[]): boolean {
  keep([...new Set([...wanted.value, ...codes])]);
  return codes.length > 0;
}

export function unwant(code: string): void {
  keep(wanted.value.filter((other) => other !== code));
}

function keep(codes: string[]): void {
  wanted.value = codes;
  note(name, codes.join(" "));
}
