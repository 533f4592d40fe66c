// What comes in from outside as text: pasted, scanned, or in a link.

/** Schemes that people put before an invitation or e-cash. */
const schemes = /^(?:web\+)?fedimint:(?:\/\/)?/i;

/** The longest text that is looked at; e-cash of a thousand notes is shorter. */
const longest = 1 << 20;

/**
 * Returns what a text is about: a link to a wallet is about what it carries, and
 * the name of a scheme says nothing.
 */
export function payload(text: string): string {
  let plain = text.trim().slice(0, longest);
  if (/^https?:\/\//i.test(plain)) plain = fromLink(plain) ?? plain;
  return plain.replace(schemes, "").trim();
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
