// How hard a passphrase is to guess, roughly: as somebody guesses who knows how
// people choose them.

/** The shortest passphrase that is taken, in characters. */
export const shortest = 8;

export type Strength = "short" | "weak" | "fair" | "good";

/** Bits from which on a passphrase is fair, or good, where each guess takes a while. */
const fair = 40;
const good = 55;

export function strengthOf(passphrase: string): Strength {
  if ([...passphrase].length < shortest) return "short";
  const bits = bitsOf(passphrase);
  return bits >= good ? "good" : bits >= fair ? "fair" : "weak";
}

/** What a word of a language counts, of which somebody has chosen one of some thousand. */
const bitsOfWord = 12;

/** What another character counts where characters are not chosen by chance. */
const bitsOfCharacter = 4;

function bitsOf(passphrase: string): number {
  const words = new Set(passphrase.toLowerCase().split(/[\s\-_.,]+/).filter((word) => word !== ""));
  return [...words].reduce((sum, word) => sum + Math.min(bitsOfCharacter * new Set(word).size, longWord(word)), 0);
}

/** A word of letters alone counts as one, whatever its length; digits among them count. */
function longWord(word: string): number {
  const letters = /^\p{L}+$/u.test(word);
  return letters && word.length <= 12 ? bitsOfWord : bitsOfCharacter * word.length;
}
