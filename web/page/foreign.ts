// Texts that cannot be opened, and what they are instead, as far as their shape
// shows.

import { wordCounts, wordsIn } from "./phrase";

/** What a text looks like. */
export type Foreign = "invoice" | "lightning" | "bitcoin" | "cashu" | "ecash";

const shapes: [Foreign, RegExp][] = [
  ["cashu", /^(?:cashu:(?:\/\/)?)?cashu[ab][\w+/=-]{20,}$/i],
  ["invoice", /^(?:lightning:(?:\/\/)?)?ln(?:bc|tb|sb)[0-9a-z]{50,}$/i],
  ["lightning", /^(?:lightning:(?:\/\/)?)?(?:lnurl1[0-9a-z]{20,}|lno1[0-9a-z]{20,})$/i],
  ["bitcoin", /^(?:bitcoin:)?(?:(?:bc|tb|bcrt)1[0-9a-z]{20,}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?:\?\S*)?$/i],
  ["ecash", /^(?:fedimint[0-9a-z]{20,}|[0-9a-z+/_-]{60,}={0,2})$/i],
];

/** Says what a text looks like, or a word in it. */
export function foreign(text: string): Foreign | undefined {
  const words = text.split(/\s+/);
  return shapes.find(([, shape]) => words.some((word) => shape.test(word)) || shape.test(words.join("")))?.[0];
}

/**
 * Whether a text looks like the words of a wallet, numbered or not. Such a text
 * is not to be stored, sent, or shown again.
 */
export function walletWords(text: string): boolean {
  if (text.length > 1000) return false;
  const words = wordsIn(text);
  return wordCounts.includes(words.length) && words.every((word) => /^[a-z]{3,8}$/.test(word));
}
