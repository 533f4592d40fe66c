// That money is being looked for in a federation, and how far that is.

import type { FederationView, OperationView } from "../api";
import { furthestBehind, searchText } from "../search";
import { texts } from "../texts";
import { useStream } from "../wallet";

/** How many of the newest operations a search is among, at most. */
const newest = 20;

/** How far the search in a federation is, in percents, if that is known. */
function usePercent(f: FederationView): number | undefined {
  const { data } = useStream<OperationView[]>("subscribe_operations", { federation: f.id, limit: newest });
  return furthestBehind(data ?? []);
}

/** It in one line, with a bar below. */
export function Searching({ f }: { f: FederationView }) {
  const percent = usePercent(f);
  return (
    <>
      {searchText(percent)}
      <Bar percent={percent} />
    </>
  );
}

function Bar({ percent }: { percent: number | undefined }) {
  return <progress max={100} value={percent ?? 0} aria-label={texts.restore.progress} />;
}

/** It with what it means. */
export function SearchCard({ f }: { f: FederationView }) {
  return (
    <section class="card">
      <p class="strong">
        <Searching f={f} />
      </p>
      <p class="hint">{`${texts.restore.cost} ${texts.restore.more}`}</p>
    </section>
  );
}
