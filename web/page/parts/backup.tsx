// What the guardians keep of the wallet, locked with its words.

import { useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { FederationView } from "../api";
import { texts } from "../texts";
import { age } from "../time";
import { asCoreError, link, now } from "../wallet";
import { fill } from "./text";
import { Trouble } from "./trouble";

export function Backup({ f }: { f: FederationView }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  if (!f.backup || f.error) return null;
  const backUp = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await link.call("back_up", { federation: f.id });
    } catch (error) {
      setProblem(asCoreError(error));
    }
    setBusy(false);
  };
  const { at_ms, current } = f.backup;
  return (
    <section class="card">
      <div class="heading">
        <h2>{texts.backup.title}</h2>
        <button type="button" class="small" aria-disabled={busy} onClick={() => !busy && void backUp()}>
          {busy ? texts.backup.busy : texts.backup.button}
        </button>
      </div>
      <p role="status">
        {stateText(at_ms)} {at_ms && !current && texts.backup.behind}
      </p>
      <p class="hint">{texts.backup.hint}</p>
      {problem && <Trouble error={problem} />}
    </section>
  );
}

const minute = 60_000;

function stateText(at: number | undefined): string {
  if (!at) return texts.backup.not;
  return now.value - at < minute ? texts.backup.now : fill(texts.backup.at, { age: age(at, now.value) });
}
