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

/** Lengths, in characters, to which texts from outside are cut. */
export const lengths = { name: 60, welcome: 400, why: 300, technical: 200 };
