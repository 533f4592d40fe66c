// Says that another wallet has the same words, and what to do.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { ElsewhereView, FederationView } from "../api";
import { texts } from "../texts";
import { moment } from "../time";
import { asCoreError, link } from "../wallet";
import { Icon } from "./icon";
import { focusHeadingIfLost } from "./screen";
import { fill } from "./text";
import { Trouble } from "./trouble";

export function Elsewhere({ f }: { f: FederationView }) {
  return f.elsewhere ? <Warning f={f} elsewhere={f.elsewhere} /> : null;
}

function Warning({ f, elsewhere: { ours, at_ms } }: { f: FederationView; elsewhere: ElsewhereView }) {
  const { busy, problem, ask } = useVerbs(f);
  const { asking, setAsking, question, button, leave } = useQuestion();
  useEffect(() => focusHeadingIfLost, []);
  return (
    <>
      <section class="notice bad">
        <Icon name="warning" />
        <div>
          <p class="strong">{texts.elsewhere.what}</p>
          <p>{ours && at_ms ? fill(texts.elsewhere.ours, { time: moment(at_ms) }) : !ours && texts.elsewhere.other}</p>
          <p>{texts.elsewhere.means}</p>
          {asking ? (
            <div ref={question} role="group" tabIndex={-1} aria-label={texts.elsewhere.bring}>
              <p>{texts.elsewhere.bringWhat}</p>
              <p>{texts.elsewhere.bringCost}</p>
              <div class="choices">
                <button type="button" disabled={busy} onClick={leave}>
                  {texts.elsewhere.no}
                </button>
                <button type="button" class="danger" disabled={busy} onClick={() => void ask("search_again").then(leave)}>
                  {texts.elsewhere.yes}
                </button>
              </div>
            </div>
          ) : (
            <div class="choices">
              <button type="button" onClick={() => void ask("dismiss_elsewhere")}>
                {texts.elsewhere.known}
              </button>
              {!f.restoring && (
                <button ref={button} type="button" class="quiet" onClick={() => setAsking(true)}>
                  {texts.elsewhere.bring}
                </button>
              )}
            </div>
          )}
        </div>
      </section>
      {problem && <Trouble error={problem} />}
    </>
  );
}

/** Whether it is being asked for sure; the focus goes to the question and back. */
function useQuestion() {
  const [asking, setAsking] = useState(false);
  const question = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (asking) question.current?.focus(); // before a key can reach anything else
  }, [asking]);
  const leave = () => {
    setAsking(false);
    requestAnimationFrame(() => (button.current ? button.current.focus() : focusHeadingIfLost()));
  };
  return { asking, setAsking, question, button, leave };
}

function useVerbs(f: FederationView) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const ask = async (verb: "search_again" | "dismiss_elsewhere") => {
    setBusy(true);
    setProblem(undefined);
    try {
      await link.call(verb, { federation: f.id });
    } catch (error) {
      setProblem(asCoreError(error));
    }
    setBusy(false);
  };
  return { busy, problem, ask };
}
