// What is said to those who do not see what has changed.

import { signal } from "@preact/signals";

const said = signal("");
let turn = false;

/** Says something, once the screen reader has said what it is saying. */
export function announce(text: string): void {
  turn = !turn;
  said.value = text + (turn ? "" : "\u00a0"); // the same words twice are two messages
}

/** Where it is said. It is there from the start, or nobody listens to it. */
export function Live() {
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
