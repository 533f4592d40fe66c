// Whether e-cash that was handed out has been taken: guardians are asked while
// somebody looks at it. It tells them that whoever asks is interested in these
// notes, so nothing is asked behind a person's back.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CoreError } from "../core/link";
import type { OperationView } from "./api";
import { link, online } from "./wallet";

/** How often guardians are asked about a payment that is shown in a list, in ms. */
export const inLists = 30_000;

/** How often they are asked about the one that somebody looks at, in ms. */
export const alone = 5000;

/** About how many payments those of one federation are asked at a time. */
const atOnce = 3;

/** How often is looked whether it is time to ask, in ms. */
const glance = 1000;

/** The payments that guardians are being asked about, and their federations. */
const asking = new Map<string, string>();

/** The payments whose kind of e-cash does not say whether it was taken. */
export const untold = signal<ReadonlySet<string>>(new Set());

/** When they have answered last about a payment, whoever has asked. */
const answered = new Map<string, number>();

/** Asks about the e-cash that is ready to be taken, at first sight and again every so many ms. */
export function useTakenCheck(list: OperationView[], every: number): void {
  const ready = list.filter((op) => op.state === "ready" && op.title === "send");
  useEffect(() => {
    if (ready.length === 0) return;
    const look = () => ask(ready, every);
    look();
    const timer = setInterval(look, glance);
    return () => clearInterval(timer);
  }, [ready.map((op) => op.operation_id).join(), every]);
}

function ask(ready: OperationView[], every: number): void {
  if (document.visibilityState !== "visible" || !online.value) return;
  for (const { federation, operation_id } of ready) {
    const due = Date.now() - (answered.get(operation_id) ?? -Infinity) >= every;
    const busy = [...asking.values()].filter((f) => f === federation).length >= atOnce;
    if (!due || busy || asking.has(operation_id) || untold.value.has(operation_id)) continue;
    asking.set(operation_id, federation);
    void link
      .call("check_taken", { federation, operation_id })
      .catch((error: unknown) => {
        const never = error instanceof CoreError && error.code === "NotSupported";
        if (never) untold.value = new Set([...untold.value, operation_id]); // or else it is asked again
      })
      .then(() => {
        asking.delete(operation_id);
        answered.set(operation_id, Date.now());
      });
  }
}
