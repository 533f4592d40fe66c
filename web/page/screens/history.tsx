// All operations, grouped by day.

import { useEffect, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { OperationView } from "../api";
import { byDay, complete, furthered, merged, type Log } from "../pages";
import { OperationRow } from "../parts/operation";
import { Screen } from "../parts/screen";
import { Trouble } from "../parts/trouble";
import { go, type Filter } from "../route";
import { inLists, useTakenCheck } from "../taken";
import { texts } from "../texts";
import { dayOf } from "../time";
import { asCoreError, federations, link, now, useStream } from "../wallet";
import { Archived } from "./archived";

/** How many operations are pushed, and asked for at a time. */
const size = 50;

const filters: Record<Filter, (op: OperationView) => boolean> = {
  all: () => true,
  received: (op) => !op.outgoing && op.title !== "move",
  sent: (op) => op.outgoing,
  open: (op) => !op.final,
};

export function History({ filter }: { filter: Filter }) {
  const { data: newest, error } = useStream<OperationView[]>("subscribe_operations", { limit: size });
  const older = useOlder();
  const list = newest && merged(newest, older.logs).filter(filters[filter]);
  useTakenCheck(list ?? [], inLists);
  const more = newest?.length === size && !older.complete;
  const [wanted, want] = useState(1);
  const shown = list?.length ?? 0;
  const searching = newest !== undefined && more && shown < wanted && !older.problem;
  useEffect(() => want(1), [filter]);
  useEffect(() => {
    if (searching && !older.busy) void older.load();
  });
  const readOn = () => {
    older.forgive();
    want(shown + 1);
  };
  return (
    <Screen title={texts.history.title}>
      <div class="filters" role="group" aria-label={texts.history.filter}>
        {(Object.keys(filters) as Filter[]).map((name) => (
          <button key={name} type="button" aria-pressed={name === filter} onClick={() => go({ screen: "history", filter: name }, {}, true)}>
            {texts.history.filters[name]}
          </button>
        ))}
      </div>
      {error && <Trouble error={error} />}
      {older.problem && <Trouble error={older.problem} />}
      {list ? <Days list={list} ended={!more} /> : <span class="skeleton block" />}
      {list && !more && <Archived filter={filter} />}
      {more && (
        <button type="button" class="wide" aria-disabled={searching} onClick={() => !searching && readOn()}>
          {searching ? texts.history.searching : texts.common.more}
        </button>
      )}
    </Screen>
  );
}

/** What there is of a kind. That there is nothing is said at the end of the log. */
function Days({ list, ended }: { list: OperationView[]; ended: boolean }) {
  if (list.length === 0 && !ended) return null;
  if (list.length === 0) {
    return (
      <p class="empty">
        {texts.history.none}
        <span class="sub">{texts.history.noneHint}</span>
      </p>
    );
  }
  return (
    <>
      {byDay(list, (op) => dayOf(op.began_ms, now.value)).map(({ day, items }) => (
        <section key={day}>
          <h2>{day}</h2>
          <ul class="card rows">
            {items.map((op) => (
              <OperationRow key={op.operation_id} op={op} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** What is older than what is pushed. */
function useOlder() {
  const [logs, setLogs] = useState<Map<string, Log>>(new Map());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const ids = federations.value.map((f) => f.id);
  const ask = (federation: string, before: number) => link.call<OperationView[]>("list_operation_views", { federation, before, limit: size });
  const load = async () => {
    setBusy(true);
    try {
      setLogs(await furthered(logs, ids, size, ask));
    } catch (error) {
      setProblem(asCoreError(error));
    }
    setBusy(false);
  };
  return { logs: [...logs.values()], complete: ids.length > 0 && complete(logs, ids), busy, problem, load, forgive: () => setProblem(undefined) };
}
