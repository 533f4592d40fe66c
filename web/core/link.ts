// The page's end of the link to the core: calls, streams, and where the core is.
// It starts the worker, starts it again when it dies, and settles every call.

import { signal, type Signal } from "@preact/signals";
import { interrupted, repeatable, type FromPage, type FromWorker, type Response, type State } from "./protocol";

/** An error that the core answered, with its stable code. */
export class CoreError extends Error {
  constructor(
    readonly code: string,
    text: string,
  ) {
    super(text);
    this.name = "CoreError";
  }
}

export interface Link {
  /** Asks the core and returns its answer. */
  call<T>(verb: string, fields?: object): Promise<T>;

  /**
   * Asks for a stream. `ended` is told once when there is nothing more to come,
   * unless the returned function has stopped it.
   */
  stream<T>(verb: string, fields: object, on: (data: T) => void, ended?: (error?: CoreError) => void): () => void;

  readonly state: Signal<State>;
  readonly reason: Signal<string>;
}

interface Pending {
  verb: string;
  fields: object;
  answer(response: Response): void;
}

/** How long to wait before a dead worker is started again, in ms. */
const restartFirst = 250;
const restartLongest = 30_000;

/** Codes of calls of which nobody knows yet what came of them. */
const unsettled = new Set(["OutcomeUnknown", "StorageInUse"]);

/** How long to wait before such a call is made again, in ms. */
const againFirst = 500;
const againLongest = 4000;

/** Starts the worker at that address and returns the link to it. */
export function connect(workerURL: TrustedScriptURL | string): Link {
  return new WorkerLink(workerURL);
}

class WorkerLink implements Link {
  readonly state = signal<State>("starting");
  readonly reason = signal("");
  private readonly pending = new Map<number, Pending>();
  private next = 1;
  private worker: Worker | undefined;
  private pause = restartFirst;

  constructor(private readonly url: TrustedScriptURL | string) {
    this.start();
    const wake = () => this.post({ kind: "wake" });
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") wake();
    });
  }

  async call<T>(verb: string, fields: object = {}): Promise<T> {
    for (let pause = againFirst; ; pause *= 2) {
      try {
        return await this.ask<T>(verb, fields);
      } catch (error) {
        const unsure = error instanceof CoreError && unsettled.has(error.code) && repeatable(verb, fields);
        if (!unsure || pause > againLongest) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** Asks once. */
  private ask<T>(verb: string, fields: object): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let last: { data?: unknown } | undefined;
      this.send(verb, fields, (response) => {
        if (response.type === "data") last = response;
        else if (response.type !== "end") reject(failure(response));
        else if (last) resolve(last.data as T);
        else reject(failure(interrupted));
      });
    });
  }

  stream<T>(verb: string, fields: object, on: (data: T) => void, ended?: (error?: CoreError) => void): () => void {
    let over = false;
    const id = this.send(verb, fields, (response) => {
      if (over) return;
      if (response.type === "data") return on(response.data as T);
      over = true;
      ended?.(response.type === "end" ? undefined : failure(response));
    });
    return () => {
      over = true;
      if (this.pending.delete(id)) this.post({ kind: "cancel", id });
    };
  }

  private send(verb: string, fields: object, answer: (r: Response) => void): number {
    const id = this.next++;
    this.pending.set(id, { verb, fields, answer });
    this.post({ kind: "request", id, verb, fields });
    return id;
  }

  private post(message: FromPage): void {
    this.worker?.postMessage(message);
  }

  private start(): void {
    const worker = new Worker(this.url as string, { name: "satchel" });
    this.worker = worker;
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.receive(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.restart(event.message || "the worker could not be started");
    };
    for (const [id, p] of this.pending) this.post({ kind: "request", id, verb: p.verb, fields: p.fields });
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case "response":
        return this.settle(message.id, message.response);
      case "state":
        this.state.value = message.state;
        this.reason.value = message.reason;
        if (message.state === "here" || message.state === "elsewhere") this.pause = restartFirst;
        return;
      case "restart":
        return this.restart(message.reason);
    }
  }

  private settle(id: number, response: Response): void {
    const p = this.pending.get(id);
    if (!p) return;
    if (response.type !== "data") this.pending.delete(id);
    p.answer(response);
  }

  /** Replaces the worker. What may be asked again is; the rest is settled. */
  private restart(reason: string): void {
    if (!this.worker) return;
    this.worker.terminate();
    this.worker = undefined;
    this.state.value = "starting";
    this.reason.value = reason;
    for (const [id, p] of [...this.pending]) {
      if (!repeatable(p.verb, p.fields)) this.settle(id, interrupted);
    }
    setTimeout(() => this.start(), this.pause);
    this.pause = Math.min(this.pause * 2, restartLongest);
  }
}

function failure(response: Response): CoreError {
  if (response.type === "aborted") return new CoreError("Aborted", "the request was cancelled");
  return new CoreError(response.code ?? "Internal", response.error ?? "no reason was given");
}
