// What happened before, as a wallet's file tells it. It can be looked at only.

import { useEffect, useState } from "preact/hooks";
import type { ArchivedView } from "../api";
import { byDay } from "../pages";
import { shownOfArchived, titleOfArchived } from "../archive";
import { Amount } from "../parts/text";
import type { Filter } from "../route";
import { texts } from "../texts";
import { dayOf, timeOfDay } from "../time";
import { federations, link, now } from "../wallet";

/** How many entries are asked for at a time, of each federation. */
const size = 50;

const filters: Record<Filter, (entry: ArchivedView) => boolean> = {
  all: () => true,
  received: (entry) => !entry.outgoing,
  sent: (entry) => entry.outgoing,
  open: () => false,
};

export function Archived({ filter }: { filter: Filter }) {
  const { entries, more, load } = useArchived();
  const list = entries.filter(filters[filter]);
  if (filter === "open" || (list.length === 0 && !more)) return null;
  return (
    <section class="archived">
      <h2>{texts.file.history}</h2>
      <p class="hint">{texts.file.historyHint}</p>
      {byDay(list, (entry) => dayOf(entry.began_ms, now.value)).map(({ day, items }) => (
        <section key={day}>
          <h3>{day}</h3>
          <ul class="card rows">
            {items.map((entry, i) => (
              <Row key={i} entry={entry} />
            ))}
          </ul>
        </section>
      ))}
      {more && (
        <button type="button" class="wide" onClick={load}>
          {texts.common.more}
        </button>
      )}
    </section>
  );
}

function Row({ entry }: { entry: ArchivedView }) {
  return (
    <li class="row">
      <span class="grow">
        {titleOfArchived(entry)}
        <span class="sub">{timeOfDay(entry.began_ms)}</span>
      </span>
      <Amount {...shownOfArchived(entry)} unit={false} />
    </li>
  );
}

/** What is known of the file's history: by federation, newest first, and where nothing is older. */
interface Shelf {
  entries: ArchivedView[];
  complete: boolean;
}

/** Asks for the history, page by page. A federation that cannot tell now is asked again with the next page. */
function useArchived() {
  const [shelves, setShelves] = useState<Record<string, Shelf>>({});
  const ids = federations.value.map((f) => f.id);
  const load = async (federation: string) => {
    const { entries = [], complete = false } = shelves[federation] ?? {};
    if (complete) return;
    const last = entries.at(-1);
    const after = last ? { before: last.began_ms, before_id: last.operation_id } : {};
    const page = await link.call<ArchivedView[]>("list_archived", { federation, limit: size, ...after }).catch(() => undefined);
    setShelves((all) => ({ ...all, [federation]: { entries: [...entries, ...(page ?? [])], complete: page !== undefined && page.length < size } }));
  };
  const all = () => ids.forEach((id) => void load(id));
  useEffect(all, [ids.join()]);
  const known = Object.values(shelves);
  const entries = known.flatMap((s) => s.entries).sort((a, b) => b.began_ms - a.began_ms);
  return { entries, more: known.some((s) => !s.complete), load: all };
}
