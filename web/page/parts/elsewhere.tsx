// Says that another wallet has the same words, and what to do.

import { useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { FederationView } from "../api";
import { texts } from "../texts";
import { moment } from "../time";
import { asCoreError, link } from "../wallet";
import { Icon } from "./icon";
import { fill } from "./text";
import { Trouble } from "./trouble";

export function Elsewhere({ f }: { f: FederationView }) {
  const { busy, problem, ask } = useVerbs(f);
  if (!f.elsewhere) return null;
  const { ours, at_ms } = f.elsewhere;
  return (
    <>
      <section class="notice bad">
        <Icon name="warning" />
        <div>
          <p class="strong">{texts.elsewhere.what}</p>
          <p>{ours && at_ms ? fill(texts.elsewhere.ours, { time: moment(at_ms) }) : !ours && texts.elsewhere.other}</p>
          <p>{texts.elsewhere.means}</p>
          <div class="choices">
            <button type="button" disabled={busy || f.restoring} onClick={() => void ask("search_again")}>
              {texts.elsewhere.look}
            </button>
            <button type="button" disabled={busy} onClick={() => void ask("dismiss_elsewhere")}>
              {texts.elsewhere.known}
            </button>
          </div>
        </div>
      </section>
      {problem && <Trouble error={problem} />}
    </>
  );
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
