// What pages, workers and other tabs say to each other. A page talks to its own
// worker only; workers of different tabs talk over one BroadcastChannel.

/** What the core answers a request with; see wasm/facade/doc.go. */
export interface Response {
  type: "data" | "end" | "error" | "aborted";
  data?: unknown;
  error?: string;
  code?: string;
}

/** From a page to its worker. */
export type FromPage =
  | { kind: "request"; id: number; verb: string; fields: object }
  | { kind: "cancel"; id: number }
  | { kind: "wake" };

/** Where the core runs, seen from one tab. */
export type State =
  | "starting" // not known yet
  | "here" // in this tab's worker
  | "elsewhere" // in another tab's worker
  | "outdated" // another tab runs another version of this program
  | "dead"; // it cannot run

/** From a worker to its page. */
export type FromWorker =
  | { kind: "response"; id: number; response: Response }
  | { kind: "state"; state: State; reason: string }
  | { kind: "restart"; reason: string }; // this worker is of no use any more

/** Between workers. `from` and `to` are the workers' own names. */
export type BetweenTabs =
  | { kind: "who" } // is anybody the owner?
  | { kind: "starting"; from: string } // has the lock; said once a second
  | { kind: "owner"; from: string; since: number; build: string } // said once a second
  | { kind: "request"; from: string; to: string; id: number; verb: string; fields: object }
  | { kind: "cancel"; from: string; to: string; id: number }
  | { kind: "wake"; from: string; to: string }
  | { kind: "response"; from: string; to: string; id: number; response: Response };

/**
 * What the program gets of a request. A passphrase is taken byte for byte there, and
 * keyboards write the same letters in different ways: here, where every request
 * comes by, it is brought into one.
 */
export function requestText(number: number, verb: string, fields: object): string {
  const { passphrase } = fields as { passphrase?: unknown };
  const normal = typeof passphrase === "string" ? { passphrase: passphrase.normalize("NFC") } : {};
  return JSON.stringify({ ...fields, ...normal, request_id: number, type: verb });
}

/** The name of the channel, and of the lock that the owner holds. */
export const CHANNEL = "satchel";
export const OWNER_LOCK = "satchel-owner";

/** The lock that a worker holds for as long as it lives. */
export const tabLock = (name: string): string => `satchel-tab-${name}`;

const once = new Set(["generate_mnemonic", "set_mnemonic", "join_federation", "make_invoice"]);
const onceMethods = new Set(["spend_notes", "spend_notes_expert"]);

/**
 * Whether a request may be sent a second time when its answer was lost. Nearly
 * all may: they only ask, or name what they do, so that it happens once.
 */
export function repeatable(verb: string, fields: object): boolean {
  if (verb === "client_rpc") {
    return !onceMethods.has((fields as { method?: string }).method ?? "");
  }
  return !once.has(verb);
}

/** The answer to a request that was interrupted and may not be sent again. */
export const interrupted: Response = {
  type: "error",
  code: "Interrupted",
  error: "the wallet stopped before it answered; the history tells whether it was done",
};
