// Joining a federation, and receiving what came with the invitation.

import { CoreError } from "../core/link";
import { goOn, type Route } from "./route";
import { askToKeep, dropWords, keepWords } from "./storage";
import { knowWords, link } from "./wallet";

/**
 * Joins a federation. A wallet without words gets some. With restore, money that the
 * words have there is looked for in any case.
 */
export async function join(invite: string, restore = false): Promise<void> {
  await makeWords();
  await link.call("join", restore ? { invite_code: invite, restore } : { invite_code: invite });
}

async function makeWords(): Promise<void> {
  if (await link.call<boolean>("has_mnemonic_set")) return;
  dropWords();
  try {
    await link.call("generate_mnemonic");
  } catch (error) {
    const code = error instanceof CoreError ? error.code : "";
    const done = code === "HasWords" || (code === "Interrupted" && (await link.call<boolean>("has_mnemonic_set")));
    if (!done) throw error;
  }
}

/** Makes words those of the wallet. They were checked, and there are no others. */
export async function setWords(words: string[]): Promise<void> {
  try {
    await link.call("set_mnemonic", { words });
  } catch (error) {
    const now = await link.call<{ mnemonic: string[] }>("get_mnemonic").catch(() => undefined);
    if (now?.mnemonic.join(" ") !== words.join(" ")) throw error;
  }
  knowWords();
  keepWords();
}

/**
 * Receives e-cash and shows the payment to a person who is still there. The same
 * e-cash is the same payment.
 */
export async function receive(text: string, here: Route): Promise<void> {
  void askToKeep();
  const made = await link.call<{ federation: string; operation_id: string }>("receive_ecash", { notes: text });
  goOn(here, { screen: "operation", federation: made.federation, id: made.operation_id });
}
