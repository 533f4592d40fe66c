// The frame of every screen: a title, what it is about, and at the bottom, where
// the thumb is, what can be done.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { back, place } from "../route";
import { texts } from "../texts";
import { Icon } from "./icon";
import { Pill } from "./pill";

interface Props {
  title: string;
  /** What stands in the header instead of the title and the way back. */
  header?: ComponentChildren;
  /** What can be done: the main thing first. */
  actions?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Screen({ title, header, actions, children, ...rest }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === texts.app ? title : `${title} \u00b7 ${texts.app}`;
  }, [title]);
  useEffect(() => {
    const field = document.activeElement instanceof HTMLInputElement; // which is what the screen is for
    if (arrived && !field) heading.current?.focus({ preventScroll: true });
    arrived = true;
    window.scrollTo(0, place.value.memory.scroll ?? 0);
  }, []);
  return (
    <div class={`screen ${rest.class ?? ""}`}>
      <header class="bar">
        {header ?? (
          <button type="button" class="round" aria-label={texts.common.back} onClick={back}>
            <Icon name="back" />
          </button>
        )}
        <h1 ref={heading} tabIndex={-1} class={header ? "unseen" : "grow"}>
          {title}
        </h1>
        {!header && <Pill />}
      </header>
      <main>{children}</main>
      {actions && <footer class="actions">{actions}</footer>}
    </div>
  );
}

/** Puts the focus on the title if what had it is not there any more. */
export function focusHeadingIfLost(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(".bar h1")?.focus({ preventScroll: true });
  });
}

/** Whether a screen was shown before: the first one does not take the focus. */
let arrived = false;
