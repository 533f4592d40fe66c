// E-cash that turns out to be spent may be what this wallet has sent itself.

import type { OperationDetail, OperationView } from "./api";
import { link } from "./wallet";

/** How many of the newest payments are looked at, and how many of them closely. */
const newest = 50;
const closely = 5;

/** Finds the payment with which this wallet handed e-cash out, if it is not long ago. */
export async function sentAs(text: string, federation: string, amount_msat: number): Promise<OperationView | undefined> {
  const list = await link.call<OperationView[]>("list_operation_views", { federation, limit: newest });
  const alike = list.filter((op) => op.title === "send" && op.requested_msat === amount_msat).slice(0, closely);
  for (const op of alike) {
    const { notes } = await detailOf(op);
    if (notes === text) return op;
  }
  return undefined;
}

function detailOf({ federation, operation_id }: OperationView): Promise<OperationDetail> {
  return new Promise((resolve, reject) => {
    const stop = link.stream<OperationDetail>(
      "subscribe_operation",
      { federation, operation_id },
      (detail) => {
        resolve(detail);
        queueMicrotask(() => stop());
      },
      (error) => reject(error ?? new Error("the payment is not known")),
    );
  });
}
