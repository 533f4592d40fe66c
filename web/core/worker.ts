// The worker of one tab. The core runs in the worker that holds the owner's
// lock, for all tabs; the other workers pass on what their pages ask. When the
// owner dies, the lock goes to another worker, which starts the core from what
// is stored. A frozen owner keeps its lock, so it is also expected to say once a
// second that it lives; when it does not, and gives no answer either, the lock is
// taken from it, and the fence of the stores stops it, should it ever wake up.

import { compiled, startCore, type Core } from "./core";
import {
  CHANNEL,
  OWNER_LOCK,
  interrupted,
  repeatable,
  tabLock,
  type BetweenTabs,
  type FromPage,
  type FromWorker,
  type Response,
  type State,
} from "./protocol";
import { Vigil, answerTime, heartbeat, lookEvery } from "./vigil";

declare const __BUILD__: string;

const me = crypto.randomUUID();
const channel = new BroadcastChannel(CHANNEL);
const toPage = (message: FromWorker) => postMessage(message);
const toTabs = (message: BetweenTabs) => channel.postMessage(message);

/** Requests of this tab's page that have not ended. */
const asked = new Map<number, { verb: string; fields: object; sent: boolean }>();

/** The core, if it runs here; whether this worker has the lock; since when, by the wall clock. */
let core: Core | undefined;
let owning = false;
let since = 0;

/** The worker in which the core runs, if it is another one, and since when, by the wall clock. */
let owner = "";
let ownerSince = 0;

/** Whether whoever has the lock still says so. */
const vigil = new Vigil(performance.now());

function tell(state: State, reason = ""): void {
  toPage({ kind: "state", state, reason });
}

onmessage = (event: MessageEvent<FromPage>) => {
  const message = event.data;
  switch (message.kind) {
    case "request":
      asked.set(message.id, { verb: message.verb, fields: message.fields, sent: false });
      return ask(message.id);
    case "cancel":
      asked.delete(message.id);
      if (core) core.cancel(me, message.id);
      else if (owner) toTabs({ kind: "cancel", from: me, to: owner, id: message.id });
      return;
    case "wake":
      if (core) core.wake();
      else if (owner) toTabs({ kind: "wake", from: me, to: owner });
      return;
  }
};

/** Sends a request of this tab to the core, wherever it is. Without one it waits. */
function ask(id: number): void {
  const request = asked.get(id);
  if (!request) return;
  if (core) {
    request.sent = true;
    core.request(me, id, request.verb, request.fields);
  } else if (owner) {
    request.sent = true;
    toTabs({ kind: "request", from: me, to: owner, id, verb: request.verb, fields: request.fields });
  }
}

/** Sends everything again, to an owner that knows nothing of it. */
function askAgain(): void {
  for (const [id, request] of [...asked]) {
    if (request.sent && !repeatable(request.verb, request.fields)) answer(id, interrupted);
    else ask(id);
  }
}

/** Passes an answer on to this tab's page. */
function answer(id: number, response: Response): void {
  if (!asked.has(id)) return;
  if (response.type !== "data") asked.delete(id);
  toPage({ kind: "response", id, response });
}

channel.onmessage = (event: MessageEvent<BetweenTabs>) => {
  const message = event.data;
  switch (message.kind) {
    case "who":
      return beat();
    case "starting":
      vigil.hear(performance.now());
      return;
    case "owner":
      return follow(message.from, message.since, message.build);
  }
  if (message.to !== me) return;
  switch (message.kind) {
    case "request":
      core?.request(message.from, message.id, message.verb, message.fields);
      return;
    case "cancel":
      core?.cancel(message.from, message.id);
      return;
    case "wake":
      core?.wake();
      return;
    case "response":
      if (message.from === owner) answer(message.id, message.response);
      return;
  }
};

/**
 * Takes note of the owner. One that woke up after the lock was taken from it may
 * still believe that it is the owner: whoever has become it later is believed, for
 * as long as it is heard.
 */
function follow(from: string, itsSince: number, build: string): void {
  if (owning) return;
  if (owner && from !== owner && itsSince < ownerSince && vigil.believes(performance.now())) return;
  vigil.hear(performance.now());
  if (build !== __BUILD__) {
    owner = "";
    return tell("outdated", "another tab runs another version");
  }
  if (from === owner) return;
  owner = from;
  ownerSince = itsSince;
  tell("elsewhere");
  askAgain();
  void compiled().catch(() => undefined); // to take over quickly, should it die
}

/** Says that this worker has the lock, if it has. */
function beat(): void {
  if (core) toTabs({ kind: "owner", from: me, since, build: __BUILD__ });
  else if (owning) toTabs({ kind: "starting", from: me });
}

/** Runs the core for as long as it lasts. It holds the owner's lock meanwhile. */
async function own(): Promise<void> {
  owning = true;
  owner = "";
  since = Date.now();
  beat();
  setInterval(beat, heartbeat);
  const mine = await startCore((to, id, response) => {
    if (to === me) answer(id, response);
    else toTabs({ kind: "response", from: me, to, id, response });
  });
  core = mine;
  tell("here");
  askAgain();
  beat();
  const why = await mine.stopped;
  toPage({ kind: "restart", reason: why });
  await new Promise(() => undefined); // the page ends this worker, and with it the lock
}

/** Waits for the lock, or takes it from an owner that is silent. */
async function contend(steal: boolean): Promise<void> {
  try {
    await navigator.locks.request(OWNER_LOCK, steal ? { steal: true } : {}, own);
  } catch (error) {
    // The core could not be started, or the lock was stolen from this worker.
    toPage({ kind: "restart", reason: String(error) });
  }
}

/** Looks whether the owner is still heard, and asks it if it is not. */
function watchOwner(): void {
  let asking = false;
  setInterval(() => {
    if (!vigil.look(performance.now()) || owning || asking) return;
    asking = true;
    void succeed().finally(() => (asking = false));
  }, lookEvery);
}

/** Takes the lock from an owner that gives no answer. */
async function succeed(): Promise<void> {
  const asked = performance.now();
  toTabs({ kind: "who" });
  // Not all at the same time: the first one is heard by the others.
  await new Promise((resolve) => setTimeout(resolve, answerTime * (1 + Math.random() / 2)));
  const locks = await navigator.locks.query();
  const held = locks.held?.some((lock) => lock.name === OWNER_LOCK);
  if (held && !owning && vigil.silentSince(asked)) void contend(true);
}

function main(): void {
  if (!("locks" in navigator)) return tell("dead", "this browser is too old: it has no Web Locks");
  void navigator.locks.request(tabLock(me), () => new Promise(() => undefined));
  void contend(false);
  toTabs({ kind: "who" });
  watchOwner();
}

main();
