// What comes in from outside as text: pasted, scanned, or in a link.

/** Schemes that people put before an invitation, e-cash or an invoice. */
const schemes = /^(?:(?:web\+)?fedimint|lightning):(?:\/\/)?/i;

/** The longest text that is looked at; e-cash of a thousand notes is shorter. */
const longest = 1 << 20;

/**
 * Returns what a text is about: a link to a wallet is about what it carries, the
 * name of a scheme says nothing, nor do words around what can be opened.
 */
export function payload(text: string): string {
  const plain = once(text.trim().slice(0, longest));
  const words = plain.split(/\s+/).map((word) => bare(word.replace(around, "")));
  if (words.length === 1) return telling.test(words[0]!) ? words[0]! : bare(plain);
  if (new Set(words).size > 1 && isBroken(plain)) return words.join("");
  return words.find((word) => telling.test(word)) ?? plain;
}

/** What people put around a text: quotes, brackets, the end of a sentence. */
const around = /^[("'<[{\u2018-\u201e\u00ab]+|[)"'>\]}\u2018-\u201e\u00bb.,;:!?]+$/gu;

/** An invitation, e-cash or an invoice, as far as its letters show. */
const telling = /^(?:fed1[0-9a-z]{20,}|ln(?:bc|tb|sb)[0-9a-z]{50,}|fedimint[0-9a-z]{40,}|[0-9a-z+/_-]{80,}={0,2})$/i;

/** Whether all of a text are lines of a length, into which a mail program has broken it. */
function isBroken(text: string): boolean {
  const lines = text.split(/\s*\n\s*/);
  const width = lines[0]!.length;
  const full = width >= 60 && width < 80 && lines.slice(0, -1).every((line) => line.length === width);
  return full && lines.every((line) => /^[0-9a-z+/_-]+={0,2}$/i.test(line)) && lines.at(-1)!.length <= width;
}

/** Takes what stands there twice, as after pasting twice, once. */
function once(text: string): string {
  const half = text.slice(0, text.length / 2);
  return half.length >= 40 && half + half === text ? half : text;
}

/** Returns what a text without white space is about. */
function bare(text: string): string {
  const about = /^https?:\/\//i.test(text) ? (fromLink(text) ?? text) : text;
  return about.replace(schemes, "").trim();
}

function fromLink(link: string): string | undefined {
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return undefined;
  }
  return carried(url);
}

/**
 * Returns the invitation or e-cash that an address carries in its fragment, or
 * undefined. Nothing is taken from the query, which servers get to see.
 */
export function carried(url: URL): string | undefined {
  const fragment = url.hash.slice(1);
  return fragment && !fragment.startsWith("/") ? payload(decoded(fragment)) : undefined;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** Returns a link that opens this page with a text, which no server gets to see. */
export function linkTo(text: string, page: Location): string {
  return `${page.origin}${page.pathname}#${text}`;
}
