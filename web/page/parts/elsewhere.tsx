// Says that another wallet has the same words, and what to do.

import { useEffect, useState } from "preact/hooks";
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
  const searching = busy || f.restoring === true;
  useEffect(() => focusHeadingIfLost, []);
  return (
    <>
      <section class="notice bad">
        <Icon name="warning" />
        <div>
          <p class="strong">{texts.elsewhere.what}</p>
          <p>{ours && at_ms ? fill(texts.elsewhere.ours, { time: moment(at_ms) }) : !ours && texts.elsewhere.other}</p>
          <p>{texts.elsewhere.means}</p>
          <div class="choices">
            <button type="button" aria-disabled={searching} onClick={() => !searching && void ask("search_again")}>
              {texts.elsewhere.look}
            </button>
            <button type="button" onClick={() => void ask("dismiss_elsewhere")}>
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
