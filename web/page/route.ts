// Where in the page a person is. It is in the fragment of the address, so that a
// reload lands there and back goes back; what must not be in an address, such as
// e-cash, is in the state of the history's entry.

import { signal } from "@preact/signals";
import { walletWords } from "./foreign";
import { carried } from "./incoming";
import { handPhrase } from "./phrase";

export type Filter = "all" | "received" | "sent" | "open";

/** By which means money comes in or goes out; e-cash if it is not said. */
export type Means = "lightning";

export type Route =
  | { screen: "home" }
  | { screen: "open" }
  | { screen: "scan" }
  | { screen: "receive"; by?: Means }
  | { screen: "send"; by?: Means }
  | { screen: "operation"; federation: string; id: string }
  | { screen: "history"; filter: Filter }
  | { screen: "federation"; id: string }
  | { screen: "settings" }
  | { screen: "words" }
  | { screen: "restore" } // from words
  | { screen: "federations" } // in which there was money
  | { screen: "save" } // a file
  | { screen: "file" }; // that is opened

/** What belongs to an entry of the history, and survives a reload. */
export interface Memory {
  /** What is being opened: an invitation, e-cash or an invoice. */
  text?: string;
  /** Whether what was to be opened were the words of a wallet, which are not kept. */
  words?: boolean;
  /** What was typed as the amount, and of which federation. */
  amount?: string;
  federation?: string;
  /** What was typed as the note of an invoice. */
  note?: string;
  /** The address of the gateway that was chosen. */
  gateway?: string;
  /** The payment that is being made here: asked for twice, it is made once. */
  sending?: object;
  /** The code with which it ended so that it is not known whether it was made. */
  unsure?: string;
  /** The name of a move of older e-cash: asked for twice, it is made once. */
  moving?: string;
  /** Whether a QR code is looked for among invitations of a wallet that is brought back. */
  wanted?: boolean;
  /** How many entries of this page are before this one. */
  depth?: number;
  /** How far down the person was when leaving, in pixels. */
  scroll?: number;
}

const filters: readonly string[] = ["all", "received", "sent", "open"];
const hex = /^[0-9a-f]{64}$/;

/** Reads the fragment of an address. */
export function parse(hash: string): Route {
  const [screen = "", a = "", b = ""] = hash.replace(/^#?\/?/, "").split("/");
  switch (screen) {
    case "receive":
    case "send":
      return a === "lightning" ? { screen, by: a } : { screen };
    case "open":
    case "scan":
    case "settings":
    case "words":
    case "restore":
    case "federations":
    case "save":
    case "file":
      return { screen };
    case "history":
      return { screen, filter: filters.includes(a) ? (a as Filter) : "all" };
    case "operation":
      return hex.test(a) && hex.test(b) ? { screen, federation: a, id: b } : { screen: "home" };
    case "federation":
      return hex.test(a) ? { screen, id: a } : { screen: "home" };
  }
  return { screen: "home" };
}

/** Writes the fragment of an address. */
export function format(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "history":
      return route.filter === "all" ? "#/history" : `#/history/${route.filter}`;
    case "operation":
      return `#/operation/${route.federation}/${route.id}`;
    case "federation":
      return `#/federation/${route.id}`;
    case "receive":
    case "send":
      return route.by ? `#/${route.screen}/${route.by}` : `#/${route.screen}`;
  }
  return `#/${route.screen}`;
}

/** An entry of the history. */
export interface Place {
  route: Route;
  memory: Memory;
}

export const place = signal<Place>({ route: { screen: "home" }, memory: {} });

/** Begins where the address says, and follows the history from then on. */
export function followHistory(): void {
  const look = () => {
    const text = carried(new URL(location.href));
    if (text !== undefined) return openText(text, true);
    place.value = { route: parse(location.hash), memory: (history.state as Memory | null) ?? {} };
  };
  addEventListener("popstate", look); // also when the fragment changes
  addEventListener("click", followLink);
  look();
}

/** Links within the page are ways that back leads back from. */
function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const href = link?.getAttribute("href");
  const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!href?.startsWith("#/") || elsewhere || event.defaultPrevented) return;
  event.preventDefault();
  go(parse(href));
}

/** Goes somewhere. With replace, back does not lead here. */
export function go(route: Route, memory: Memory = {}, replace = false): void {
  const depth = (place.value.memory.depth ?? 0) + (replace ? 0 : 1);
  const next = { ...memory, depth };
  const url = location.pathname + format(route);
  if (replace) history.replaceState(next, "", url);
  else {
    remember({ scroll: window.scrollY });
    history.pushState(next, "", url);
  }
  place.value = { route, memory: next };
}

/** Goes where a text is opened. The words of a wallet are in no entry of the history. */
export function openText(text: string, replace = false): void {
  const words = walletWords(text);
  handPhrase(words ? text : "");
  go({ screen: "open" }, words ? { words } : { text }, replace);
}

/**
 * Remembers something in the present entry. What takes a while says where it
 * began, and changes nothing for a person who has gone elsewhere meanwhile.
 */
export function remember(change: Memory, here: Route = place.value.route): void {
  if (place.value.route !== here) return;
  const memory = { ...place.value.memory, ...change };
  history.replaceState(memory, "");
  place.value = { route: place.value.route, memory };
}

/** Goes on from where something began that took a while, as remember does. */
export function goOn(here: Route, route: Route): void {
  if (place.value.route === here) go(route, {}, true);
}

/** Goes back, or home when nothing of this page is there to go back to. */
export function back(): void {
  if ((place.value.memory.depth ?? 0) > 0) history.back();
  else go({ screen: "home" }, {}, true);
}
