// The core in this worker: the Go program, and who asked it for what.

import "wasm_exec"; // of the Go that built the program; it defines Go
import { requestText, tabLock, type Response } from "./protocol";

declare const __WASM_URL__: string;
declare const __WASM_INTEGRITY__: string;
declare const Go: new () => { importObject: WebAssembly.Imports; run(instance: WebAssembly.Instance): Promise<void> };

type Handle = (request: string, respond: (response: string) => void) => void;

export interface Core {
  /** Answers a request of a tab, by the number that the tab gave it. */
  request(tab: string, id: number, verb: string, fields: object): void;

  /** Ends a request of a tab. */
  cancel(tab: string, id: number): void;

  /** Cuts back-offs short. */
  wake(): void;

  /** Settles when the program has ended, with the reason. */
  readonly stopped: Promise<string>;
}

/** An open call: its number in the program, and what was answered last. */
interface Call {
  number: number;
  last?: Response;
}

/** What a tab gets to hear. */
type Reply = (tab: string, id: number, response: Response) => void;

let program: Promise<WebAssembly.Module> | undefined;

/** Compiles the program, once: ahead of time where another tab runs it. */
export function compiled(): Promise<WebAssembly.Module> {
  program ??= (async () => {
    const response = await fetch(__WASM_URL__, { integrity: __WASM_INTEGRITY__ });
    return WebAssembly.compileStreaming(response);
  })();
  return program;
}

/** Starts the program and returns when it takes requests. */
export async function startCore(reply: Reply): Promise<Core> {
  const go = new Go();
  const instance = await WebAssembly.instantiate(await compiled(), go.importObject);
  const { handle, stopped } = await run(go, instance);
  return new RunningCore(handle, stopped, reply);
}

/** Runs the program. It says that it is ready before run returns. */
function run(go: InstanceType<typeof Go>, instance: WebAssembly.Instance): Promise<{ handle: Handle; stopped: Promise<string> }> {
  let stop = (_why: string): void => undefined;
  const stopped = new Promise<string>((resolve) => (stop = resolve));
  return new Promise((started, failed) => {
    (globalThis as { satchelCore?: unknown }).satchelCore = {
      ready: (handle: Handle) => started({ handle, stopped }),
      stopped: stop,
    };
    const ended = (why: unknown) => {
      stop(String(why));
      failed(why);
    };
    go.run(instance).then(() => ended(new Error("the program ended")), ended);
  });
}

class RunningCore implements Core {
  /** Open calls, by tab and the tab's number. */
  private readonly calls = new Map<string, Map<number, Call>>();
  private next = 1;

  constructor(
    private readonly handle: Handle,
    readonly stopped: Promise<string>,
    private readonly reply: Reply,
  ) {}

  request(tab: string, id: number, verb: string, fields: object): void {
    const calls = this.callsOf(tab);
    const known = calls.get(id);
    if (known) {
      // Asked again by a tab that was not sure who is the owner.
      if (known.last) this.reply(tab, id, known.last);
      return;
    }
    const call: Call = { number: this.next++ };
    calls.set(id, call);
    this.send(call.number, verb, fields, (response) => {
      if (response.type === "data") call.last = response;
      else calls.delete(id);
      this.reply(tab, id, response);
    });
  }

  cancel(tab: string, id: number): void {
    const call = this.calls.get(tab)?.get(id);
    if (call) this.send(this.next++, "cancel_rpc", { cancel_request_id: call.number }, () => undefined);
  }

  wake(): void {
    this.send(this.next++, "wake", {}, () => undefined);
  }

  private send(number: number, verb: string, fields: object, on: (response: Response) => void): void {
    this.handle(requestText(number, verb, fields), (text) => on(JSON.parse(text) as Response));
  }

  private callsOf(tab: string): Map<number, Call> {
    let calls = this.calls.get(tab);
    if (!calls) {
      calls = new Map();
      this.calls.set(tab, calls);
      // A tab holds a lock while it lives: whoever gets it knows that it is gone.
      void navigator.locks.request(tabLock(tab), { mode: "shared" }, () => this.forget(tab));
    }
    return calls;
  }

  private forget(tab: string): void {
    for (const id of this.calls.get(tab)?.keys() ?? []) this.cancel(tab, id);
    this.calls.delete(tab);
  }
}
