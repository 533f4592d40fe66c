// The picture of a machine: its steps and the ways between them, where it has
// been, where it is, and what it waits for. For those who do not see it, a list.

import type { MachineView, WaitView } from "../api";
import { plainName } from "../machines";
import { entry, lengths } from "../outside";
import { Fill, Outside, fill } from "../parts/text";
import { texts } from "../texts";
import { age, ahead, exactTime, soon } from "../time";
import { now } from "../wallet";
import { layout, type Arrow } from "./layout";
import { statusOf, type EdgeStatus, type Status } from "./status";

interface Props {
  machine: MachineView;
  /** When the clock moves it, if it does. */
  returns?: number | undefined;
}

export function Diagram({ machine, returns }: Props) {
  const status = statusOf(machine);
  const plain = plainName(machine.name);
  const meaning = entry(texts.diagram.steps, `${plain} ${machine.current}`);
  const name = entry(texts.diagram.machines, plain) ?? machine.name;
  return (
    <figure class="diagram">
      <figcaption>
        {name}
        {meaning && <span class="sub">{meaning}</span>}
      </figcaption>
      <Picture status={status} />
      <ul class="unseen" aria-label={fill(texts.diagram.list, { name })}>
        {status.steps.map((step) => (
          <li key={step.name}>{stepText(step)}</li>
        ))}
      </ul>
      {machine.stuck && (
        <p class="problem">
          <Fill text={texts.diagram.stuck} reason={<Outside text={machine.stuck} max={lengths.technical} />} />
        </p>
      )}
      {machine.waits && machine.waits.length > 0 && (
        <ul class="waits">
          {machine.waits.map((wait) => (
            <li key={wait.event}>
              <WaitText wait={wait} returns={returns} />
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

function stepText({ name, status, visit }: Status["steps"][number]): string {
  if (!visit || status === "ahead") return fill(texts.diagram.notYet, { step: name });
  const time = exactTime(visit.at_ms);
  switch (status) {
    case "visited":
      return fill(texts.diagram.visited, { step: name, time });
    case "final":
      return fill(texts.diagram.final, { step: name, time });
  }
  return fill(texts.diagram.current, { step: name, time });
}

/** What an edge is doing: since when, how often it was tried, and when next. */
function WaitText({ wait, returns }: { wait: WaitView; returns: number | undefined }) {
  const parts = [eventText(wait, returns)];
  if (wait.attempts) parts.push(texts.diagram.tries(wait.attempts));
  if (wait.next_ms && wait.next_ms > now.value) parts.push(fill(texts.diagram.next, { age: ahead(wait.next_ms, now.value) }));
  return (
    <>
      {parts.join(" \u00b7 ")}
      {wait.error && (
        <details>
          <summary>{texts.diagram.answer}</summary>
          <p class="sub wrap">
            <Outside text={wait.error} max={2 * lengths.technical} />
          </p>
        </details>
      )}
    </>
  );
}

function eventText({ event, since_ms }: WaitView, returns: number | undefined): string {
  if (event === "expired" && returns) return fill(texts.diagram.returns, { time: soon(returns, now.value) });
  return entry(texts.diagram.events, event) ?? fill(texts.diagram.waits, { event, age: age(since_ms, now.value) });
}

/** What is drawn above what. */
const importance: EdgeStatus[] = ["idle", "awaited", "taken"];

function Picture({ status }: { status: Status }) {
  const steps = status.steps.map((s) => s.name);
  const { width, height, boxes, arrows } = layout(steps, status.edges.map((e) => e.edge));
  const statusOfStep = (name: string) => status.steps.find((s) => s.name === name)!.status;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {arrows
        .map((arrow, i) => ({ arrow, status: status.edges[i]!.status }))
        .sort((a, b) => importance.indexOf(a.status) - importance.indexOf(b.status))
        .map(({ arrow, status }) => (
          <Line key={arrow.edge.join(" ")} arrow={arrow} status={status} />
        ))}
      {boxes.map((box) => (
        <g key={box.name} class={`step ${statusOfStep(box.name)}`}>
          <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={10} />
          <text x={box.x + box.width / 2} y={box.y + box.height / 2}>
            {box.name}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Line({ arrow, status }: { arrow: Arrow; status: EdgeStatus }) {
  const { path, tip, label, edge } = arrow;
  return (
    <g class={`edge ${status}`}>
      <path d={path} />
      <path class="tip" d={tip} />
      <rect x={label.x - label.width / 2} y={label.y - 9} width={label.width} height={18} />
      <text x={label.x} y={label.y}>
        {edge[1]}
      </text>
    </g>
  );
}
