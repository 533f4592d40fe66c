// Text from outside: of federations, guardians, and whoever else. It is shown as
// text, cut to a sensible length, and never as anything else.

const segments = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What controls how other text is shown, and what cannot be seen. */
const invisible = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** How many code units the longest character may have. */
const tallest = 16;

/**
 * Returns a text from outside in one line, without what cannot be seen, and with
 * at most so many characters.
 */
export function tame(text: unknown, characters: number): string {
  if (typeof text !== "string") return "";
  const line = text
    .slice(0, characters * tallest)
    .replace(/\s+/g, " ")
    .replace(invisible, "")
    .trim();
  let kept = "";
  let n = 0;
  for (const { segment } of segments.segment(line)) {
    if (n++ === characters) return kept.trimEnd() + "\u2026";
    kept += segment.slice(0, tallest);
  }
  return kept;
}

/** Looks a name from outside up in a table, which has nothing but what was put there. */
export function entry<T>(table: Record<string, T>, name: unknown): T | undefined {
  return typeof name === "string" && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Returns the text that a value from outside has under a name, whatever the value is. */
export function textIn(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  const text = (value as Record<string, unknown>)[name];
  return typeof text === "string" ? text : undefined;
}

/** Lengths, in characters, to which texts from outside are cut. */
export const lengths = { name: 60, note: 140, welcome: 400, why: 300, technical: 200 };
