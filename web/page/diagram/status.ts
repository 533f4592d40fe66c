// How far a machine has come: what its picture and its list show.

import type { MachineView, VisitView, WaitView } from "../api";
import type { Edge } from "./layers";

export type StepStatus = "visited" | "current" | "final" | "stuck" | "ahead";
export type EdgeStatus = "taken" | "awaited" | "idle";

/** A machine with all that is known of its steps and edges. */
export interface Status {
  steps: { name: string; status: StepStatus; visit: VisitView | undefined }[];
  edges: { edge: Edge; status: EdgeStatus; wait: WaitView | undefined }[];
}

export function statusOf(machine: MachineView): Status {
  const { steps, edges } = declared(machine);
  return {
    steps: steps.map((name) => ({ name, status: stepStatus(machine, name), visit: machine.visited.findLast((v) => v.step === name) })),
    edges: edges.map((edge) => ({ edge, status: edgeStatus(machine, edge), wait: waitOf(machine, edge) })),
  };
}

/**
 * The steps and edges of a machine: what it declares, and in any case what it has
 * visited, since a machine of another version declares nothing.
 */
function declared(machine: MachineView): { steps: string[]; edges: Edge[] } {
  const steps = new Set([...machine.steps, ...machine.visited.map((v) => v.step)]);
  const edges: Edge[] = [...machine.edges];
  machine.visited.forEach((v, i) => {
    const from = machine.visited[i - 1]?.step;
    if (from === undefined) return;
    const edge: Edge = [from, v.event ?? "", v.step];
    if (!edges.some((known) => same(known, edge))) edges.push(edge);
  });
  return { steps: [...steps], edges };
}

function same(a: Edge, b: Edge): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

function stepStatus(machine: MachineView, name: string): StepStatus {
  if (name === machine.current) return machine.stuck ? "stuck" : machine.final ? "final" : "current";
  return machine.visited.some((v) => v.step === name) ? "visited" : "ahead";
}

function edgeStatus(machine: MachineView, edge: Edge): EdgeStatus {
  const taken = machine.visited.some((v, i) => i > 0 && same([machine.visited[i - 1]!.step, v.event ?? "", v.step], edge));
  if (taken) return "taken";
  return waitOf(machine, edge) ? "awaited" : "idle";
}

function waitOf(machine: MachineView, edge: Edge): WaitView | undefined {
  if (edge[0] !== machine.current) return undefined;
  return machine.waits?.find((w) => w.event === edge[1]);
}
