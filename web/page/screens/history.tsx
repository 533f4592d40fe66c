// All operations, grouped by day.

import { useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { OperationView } from "../api";
import { byDay, extended, merged, type Log } from "../pages";
import { OperationRow } from "../parts/operation";
import { Screen } from "../parts/screen";
import { Trouble } from "../parts/trouble";
import { go, type Filter } from "../route";
import { texts } from "../texts";
import { dayOf } from "../time";
import { asCoreError, federations, link, now, useStream } from "../wallet";

/** How many operations are pushed, and asked for at a time. */
const size = 50;

const filters: Record<Filter, (op: OperationView) => boolean> = {
  all: () => true,
  received: (op) => !op.outgoing,
  sent: (op) => op.outgoing,
  open: (op) => !op.final,
};

export function History({ filter }: { filter: Filter }) {
  const { data: newest, error } = useStream<OperationView[]>("subscribe_operations", { limit: size });
  const older = useOlder();
  const list = newest && merged(newest, older.logs).filter(filters[filter]);
  const more = newest?.length === size && !older.complete;
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
      {list ? <Days list={list} /> : <span class="skeleton block" />}
      {more && (
        <button type="button" class="wide" disabled={older.busy} onClick={() => void older.load()}>
          {texts.common.more}
        </button>
      )}
    </Screen>
  );
}

function Days({ list }: { list: OperationView[] }) {
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
  const load = async () => {
    setBusy(true);
    setProblem(undefined);
    const next = new Map(logs);
    try {
      for (const { id } of federations.value) {
        const log = next.get(id) ?? { operations: [], complete: false };
        if (log.complete) continue;
        const before = log.operations.at(-1)?.number ?? 0;
        const page = await link.call<OperationView[]>("list_operation_views", { federation: id, before, limit: size });
        next.set(id, extended(log, page, size));
      }
      setLogs(next);
    } catch (error) {
      setProblem(asCoreError(error));
    }
    setBusy(false);
  };
  const complete = logs.size > 0 && [...logs.values()].every((log) => log.complete);
  return { logs: [...logs.values()], complete, busy, problem, load };
}
