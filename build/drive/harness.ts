// The page that tests drive: the link to the core, and what the test asks of it.

import { connect, type CoreError } from "../../web/core/link";

declare const __WORKER_URL__: string;

interface Machine {
  current: string;
  final: boolean;
  stuck?: string;
}

const link = connect(__WORKER_URL__);
const test = globalThis as unknown as Record<string, unknown>;

test.link = link;

/** The first answer to a request, also of one that is a stream. */
test.first = (verb: string, fields: object): Promise<unknown> =>
  until(verb, fields, () => true);

/** The first answer in which the operation is at rest, or null when there is none for so long. */
test.rest = (fields: object, final: boolean, ms: number): Promise<unknown> =>
  until(
    "subscribe_operation",
    fields,
    (data) =>
      (data as { machines: Machine[] }).machines.every((m) => m.stuck || m.final || (!final && m.current === "given")),
    ms,
  );

function until(verb: string, fields: object, enough: (data: unknown) => boolean, ms?: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown = null;
    if (ms !== undefined) {
      setTimeout(() => {
        stop();
        resolve(null);
      }, ms);
    }
    const stop = link.stream(
      verb,
      fields,
      (data) => {
        last = data;
        if (!enough(data)) return;
        queueMicrotask(() => stop());
        resolve(data);
      },
      (error?: CoreError) => (error ? reject(new Error(`${error.code}: ${error.message}`)) : resolve(last)),
    );
  });
}
