// The words of a wallet as a person writes them.

/** How many words wallets have. */
export const wordCounts: readonly number[] = [12, 15, 18, 21, 24];

/** Returns the words of a text, which may be numbered. */
export function wordsIn(text: string): string[] {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^\d+[.):]?/, ""))
    .filter((word) => word !== "");
}

/** Whether the last word of a text is still being typed. */
export function unfinished(text: string): boolean {
  return /[^\s,;.]$/.test(text);
}

/** How many places are shown for so many words: as many as a wallet with at least these has. */
export function placesFor(words: number): number {
  return wordCounts.find((n) => n >= words) ?? words;
}

/** Words that came in elsewhere on the page. They are kept nowhere else. */
let handed = "";

export function handPhrase(text: string): void {
  handed = text;
}

/** Returns the words that were handed over, once. */
export function takePhrase(): string {
  const text = handed;
  handed = "";
  return text;
}
