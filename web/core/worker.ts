// The worker of one tab. The core runs in the worker that holds the owner's
// lock, for all tabs; the other workers pass on what their pages ask. When the
// owner dies, the lock goes to another worker, which starts the core from what
// is stored. A frozen owner keeps its lock, so it is also expected to say once a
// second that it lives; when it does not, the lock is taken from it, and the
// fence of the stores stops it, should it ever wake up.

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

declare const __BUILD__: string;

/** How often the owner says that it lives, and how long others believe it, in ms. */
const heartbeat = 1000;
const believed = 4000;

const me = crypto.randomUUID();
const channel = new BroadcastChannel(CHANNEL);
const toPage = (message: FromWorker) => postMessage(message);
const toTabs = (message: BetweenTabs) => channel.postMessage(message);

/** Requests of this tab's page that have not ended. */
const asked = new Map<number, { verb: string; fields: object; sent: boolean }>();

/** The core, if it runs here, and whether it is being started. */
let core: Core | undefined;
let starting = false;

/** The worker in which the core runs, if it is another one, and when it last said so. */
let owner = "";
let heard = performance.now();

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
  if (message.kind === "who") {
    if (core) toTabs({ kind: "owner", from: me, build: __BUILD__ });
    return;
  }
  if (message.kind === "owner") return follow(message.from, message.build);
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

/** Takes note of the owner. */
function follow(from: string, build: string): void {
  if (core) return;
  heard = performance.now();
  if (build !== __BUILD__) {
    owner = "";
    return tell("outdated", "another tab runs another version");
  }
  if (from === owner) return;
  owner = from;
  tell("elsewhere");
  askAgain();
  void compiled().catch(() => undefined); // to take over quickly, should it die
}

/** Runs the core for as long as it lasts. It holds the owner's lock meanwhile. */
async function own(): Promise<void> {
  starting = true;
  const mine = await startCore((to, id, response) => {
    if (to === me) answer(id, response);
    else toTabs({ kind: "response", from: me, to, id, response });
  });
  core = mine;
  owner = "";
  tell("here");
  askAgain();
  const beat = () => toTabs({ kind: "owner", from: me, build: __BUILD__ });
  beat();
  setInterval(beat, heartbeat);
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

function watchOwner(): void {
  setInterval(() => {
    if (core || performance.now() - heard < believed) return;
    heard = performance.now();
    // Whoever has the lock may still be starting; a steal is for one that is not.
    void navigator.locks.query().then((locks) => {
      const held = locks.held?.some((lock) => lock.name === OWNER_LOCK);
      if (held && !core && !starting) void contend(true);
    });
  }, heartbeat / 2);
}

function main(): void {
  if (!("locks" in navigator)) return tell("dead", "this browser is too old: it has no Web Locks");
  void navigator.locks.request(tabLock(me), () => new Promise(() => undefined));
  void contend(false);
  toTabs({ kind: "who" });
  watchOwner();
}

main();
