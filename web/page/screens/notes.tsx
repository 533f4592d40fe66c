// The notes of a federation, by generation and denomination, and moving the older
// ones over.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { CashKind, FederationView, MoveQuote, NoteView } from "../api";
import { sat } from "../amount";
import { entry } from "../outside";
import { Icon } from "../parts/icon";
import { Sum } from "../parts/sum";
import { Amount, fill } from "../parts/text";
import { Trouble } from "../parts/trouble";
import { refuses } from "../refusal";
import { go, place, remember } from "../route";
import { texts } from "../texts";
import { asCoreError, link, useAnswer } from "../wallet";

const kinds: CashKind[] = ["mintv2", "mint"];

export function Notes({ f }: { f: FederationView }) {
  const groups = kinds.map((kind) => ({ kind, notes: f.notes.filter((n) => (n.kind ?? "mint") === kind) })).filter((g) => g.notes.length > 0);
  return (
    <section class="card">
      <h2>{texts.federation.notes}</h2>
      <p class="hint">{groups.length === 0 ? texts.federation.none : texts.federation.notesHint}</p>
      {groups.map(({ kind, notes }) => (
        <div key={kind}>
          {groups.length > 1 && <h3>{entry(texts.federation.kinds, kind)}</h3>}
          <Grid notes={notes} />
        </div>
      ))}
      {f.aside_msat > 0 && <p class="hint">{fill(texts.federation.aside, { amount: sat(f.aside_msat) })}</p>}
      {(f.movable_msat ?? 0) > 0 && <Move f={f} />}
    </section>
  );
}

function Grid({ notes }: { notes: NoteView[] }) {
  return (
    <ul class="notes-grid">
      {notes.map((note) => (
        <li key={note.amount_msat}>
          <Amount msat={note.amount_msat} /> <span class="times">{`\u00d7\u00a0${note.count}`}</span>
        </li>
      ))}
    </ul>
  );
}

/** Moves the older e-cash over, after saying what it costs. */
function Move({ f }: { f: FederationView }) {
  const [asking, setAsking] = useState(false);
  const question = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (asking) question.current?.focus(); // before a key can reach anything else
  }, [asking]);
  const leave = () => {
    setAsking(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const movable = f.movable_msat ?? 0;
  const quote = useAnswer<MoveQuote>("quote_move", asking ? { federation: f.id } : undefined, movable);
  const { busy, problem, move } = useMove(f.id);
  if (!asking) {
    return (
      <>
        <p class="hint">{fill(texts.move.text, { amount: sat(movable) })}</p>
        <button ref={button} type="button" onClick={() => setAsking(true)}>
          <Icon name="move" />
          {texts.move.button}
        </button>
      </>
    );
  }
  const trouble = problem ?? (quote.fresh ? quote.error : undefined);
  const { amount_msat, fee_msat } = quote.data ?? {};
  return (
    <div ref={question} class="moving" role="group" tabIndex={-1} aria-label={texts.move.button}>
      {trouble ? (
        <Trouble error={trouble} />
      ) : (
        <Sum
          lines={[
            { label: texts.sums.older, msat: amount_msat },
            { label: texts.sums.cost, msat: fee_msat },
          ]}
        />
      )}
      <div class="choices">
        <button type="button" disabled={busy} onClick={leave}>
          {texts.move.no}
        </button>
        <button type="button" class="main" disabled={busy || amount_msat === undefined} onClick={() => void move()}>
          {busy ? texts.move.busy : fill(texts.move.confirm, { amount: sat(amount_msat ?? movable) })}
        </button>
      </div>
    </div>
  );
}

/** Moves, and shows the payment. It keeps its name until it is certain what came of it. */
function useMove(federation: string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const move = async () => {
    const here = place.value.route;
    const key = place.value.memory.moving ?? crypto.randomUUID();
    remember({ moving: key });
    setBusy(true);
    setProblem(undefined);
    try {
      const { operation_id } = await link.call<{ operation_id: string }>("move_notes", { federation, key });
      remember({ moving: undefined }, here);
      if (place.value.route === here) go({ screen: "operation", federation, id: operation_id });
    } catch (error) {
      const problem = asCoreError(error);
      if (refuses(problem.code)) remember({ moving: undefined }, here);
      setProblem(problem);
      setBusy(false);
    }
  };
  return { busy, problem, move };
}
