// What the page knows of the wallet: what the core has told, and is telling.

import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { CoreError, connect, type Link } from "../core/link";
import type { FederationView, OperationView, WalletView } from "./api";
import { note, noted } from "./note";
import { pastAfter, readPast } from "./past";
import { dropWords } from "./storage";
import { coreWorker } from "./trusted";

/** The link to the core, from start on. */
export let link: Link;

/** The wallet, or undefined while the core has not told anything. */
export const wallet = signal<WalletView | undefined>(undefined);

/** The newest operations, or undefined while the core has not told any. */
export const latest = signal<OperationView[] | undefined>(undefined);

/** Why the core can tell nothing, if it cannot. */
export const trouble = signal<CoreError | undefined>(undefined);

/** How often the core could tell again what it could not before. */
const recoveries = signal(0);

/** What time it is, to the second, while somebody looks. */
export const now = signal(Date.now());

/** Since when it is not known where the core runs; undefined while it is. */
export const startingSince = signal<number | undefined>(undefined);

/** Whether the browser believes that it is online. */
export const online = signal(navigator.onLine);

/** How many operations are shown at once. */
export const latestCount = 5;

/** What this browser had the last time. */
export const past = signal(readPast(noted("wallet")));

/**
 * Whether a wallet is expected. It decides what is shown before the core has told:
 * a place for the balance, or a welcome.
 */
export const expected = past.value === "yes";

export const federations = computed<FederationView[]>(() => wallet.value?.federations ?? []);

export function federationOf(id: string): FederationView | undefined {
  return federations.value.find((f) => f.id === id);
}

/** Takes down that the wallet has words, before the core tells. */
export function knowWords(): void {
  if (wallet.value) wallet.value = { ...wallet.value, words: true };
}

/** Starts the core and listens to it. */
export function start(): void {
  link = connect(coreWorker());
  follow<WalletView>("subscribe_wallet", {}, (view) => (wallet.value = view), heard);
  follow<OperationView[]>("subscribe_operations", { limit: latestCount }, (list) => (latest.value = list));
  effect(() => {
    startingSince.value = link.state.value === "starting" ? Date.now() : undefined;
  });
  effect(() => {
    if (wallet.value) compare(wallet.value);
  });
  const connected = () => (online.value = navigator.onLine);
  addEventListener("online", connected);
  addEventListener("offline", connected);
  tick();
}

/** Compares what the page has noted with what there is. */
function compare(now: WalletView): void {
  if (!now.words) dropWords();
  past.value = pastAfter(past.peek(), now);
  note("wallet", past.value);
}

/** Takes down whether the core can tell something. */
function heard(error?: CoreError): void {
  if (!error && trouble.value) recoveries.value++;
  trouble.value = error;
}

/** Moves the clock while the page is visible. */
function tick(): void {
  let timer = 0;
  const begin = () => {
    clearInterval(timer);
    now.value = Date.now();
    if (document.visibilityState === "visible") timer = window.setInterval(() => (now.value = Date.now()), 1000);
  };
  document.addEventListener("visibilitychange", begin);
  begin();
}

/** How long to wait before a stream that broke is opened again, in ms. */
const reopenFirst = 500;
const reopenLongest = 10_000;

/** Errors that stay what they are when one asks again. */
const lasting = ["InvalidInput", "UnknownVerb", "NotJoined", "UnknownOperation", "NotSupported"];

/**
 * Listens to a stream of the core, and opens it again when it breaks. `broken`
 * gets the error, and undefined when there is news again. Returns how to stop.
 */
export function follow<T>(verb: string, fields: object, on: (data: T) => void, broken: (error?: CoreError) => void = () => undefined): () => void {
  let pause = reopenFirst;
  let timer = 0;
  let stop = () => undefined as void;
  const open = () => {
    stop = link.stream<T>(
      verb,
      fields,
      (data) => {
        pause = reopenFirst;
        broken(undefined);
        on(data);
      },
      (error) => {
        if (!error) return;
        broken(error);
        if (lasting.includes(error.code)) return;
        timer = window.setTimeout(open, pause);
        pause = Math.min(2 * pause, reopenLongest);
      },
    );
  };
  open();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** What a component knows of an answer of the core. */
export interface Answer<T> {
  data: T | undefined;
  error: CoreError | undefined;
  /** Whether data and error are the answer to the present question. */
  fresh: boolean;
  /** When it was asked. */
  since: number;
  /** Asks again. */
  again(): void;
}

/** What is known, and the question that it answers. */
interface Known<T> {
  question: string;
  data?: T;
  error?: CoreError;
}

/** Listens to a stream for as long as the component is shown. */
export function useStream<T>(verb: string, fields: object): Answer<T> {
  const question = JSON.stringify([verb, fields]);
  return useAsked<T>(question, (tell) =>
    follow<T>(
      verb,
      fields,
      (data) => tell({ question, data }),
      (error) => tell((last) => (last.error === error ? last : { ...last, question, error })),
    ),
  );
}

/**
 * Asks the core once, and again whenever the fields or `version` change,
 * `again` is called, or the core can tell again what it could not. Nothing is
 * asked while fields is undefined. What it answered last stays until there is
 * another answer.
 */
export function useAnswer<T>(verb: string, fields: object | undefined, version = 0): Answer<T> {
  const question = JSON.stringify([verb, fields, version]);
  return useAsked<T>(question, (tell) => {
    if (!fields) return tell({ question });
    let current = true;
    link.call<T>(verb, fields).then(
      (data) => current && tell({ question, data }),
      (error: unknown) => current && tell({ question, error: asCoreError(error) }),
    );
    return () => {
      current = false;
    };
  });
}

type Tell<T> = (known: Known<T> | ((last: Known<T>) => Known<T>)) => void;

function useAsked<T>(question: string, ask: (tell: Tell<T>) => void | (() => void)): Answer<T> {
  const [known, setKnown] = useState<Known<T>>({ question: "" });
  const [round, setRound] = useState(0);
  const since = useRef(Date.now());
  useEffect(() => {
    since.current = Date.now();
    return ask(setKnown);
  }, [question, round]);
  const again = () => {
    setKnown({ question: "" });
    setRound((n) => n + 1);
  };
  const recovered = recoveries.value;
  useEffect(() => {
    if (known.error) again();
  }, [recovered]);
  return { data: known.data, error: known.error, fresh: known.question === question, since: since.current, again };
}

export function asCoreError(error: unknown): CoreError {
  return error instanceof CoreError ? error : new CoreError("Internal", String(error));
}
