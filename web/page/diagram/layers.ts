// Puts the nodes of a directed graph into layers, so that edges point down, and
// orders each layer, so that few edges cross. Edges that are longer than one
// layer, and the names of edges, have nodes of their own in between.

/** A node in its layer: a step, the name of an edge, or a bend of a long edge. */
export interface Node {
  id: string;
  kind: "step" | "label" | "bend";
  layer: number;
  above: Node[];
  below: Node[];
}

export type Edge = readonly [from: string, event: string, to: string];

/** A chain of nodes from one step to another, or back to itself. */
export interface Chain {
  edge: Edge;
  nodes: Node[];
  /** Whether the edge points up: its nodes are in the order from top to bottom. */
  reversed: boolean;
}

export interface Layers {
  layers: Node[][];
  chains: Chain[];
}

/** Steps are in even layers, the names of edges in odd ones. */
export function layered(steps: readonly string[], edges: readonly Edge[]): Layers {
  const known = edges.filter(([from, , to]) => steps.includes(from) && steps.includes(to));
  const back = backEdges(steps, known);
  const depth = depths(steps, known, back);
  const layers: Node[][] = [];
  const add = (id: string, kind: Node["kind"], layer: number): Node => {
    const node: Node = { id, kind, layer, above: [], below: [] };
    (layers[layer] ??= []).push(node);
    return node;
  };
  const places = new Map(steps.map((step) => [step, add(step, "step", 2 * depth.get(step)!)]));
  const labels = new Map<string, Node>();
  const chains = known.map((edge) => chainOf(edge, back.has(edge), places, labels, add));
  for (let i = 0; i < layers.length; i++) layers[i] ??= [];
  order(layers);
  return { layers, chains };
}

/** The edges that close a circle, seen from the first step. */
function backEdges(steps: readonly string[], edges: readonly Edge[]): Set<Edge> {
  const back = new Set<Edge>();
  const state = new Map<string, "open" | "closed">();
  const visit = (step: string) => {
    state.set(step, "open");
    for (const edge of edges) {
      if (edge[0] !== step) continue;
      if (state.get(edge[2]) === "open") back.add(edge);
      else if (!state.has(edge[2])) visit(edge[2]);
    }
    state.set(step, "closed");
  };
  for (const step of steps) if (!state.has(step)) visit(step);
  return back;
}

/** How many edges the longest way to each step has. */
function depths(steps: readonly string[], edges: readonly Edge[], back: Set<Edge>): Map<string, number> {
  const depth = new Map<string, number>(steps.map((step) => [step, 0]));
  for (let i = 0; i < steps.length; i++) {
    for (const edge of edges) {
      if (back.has(edge)) continue;
      depth.set(edge[2], Math.max(depth.get(edge[2])!, depth.get(edge[0])! + 1));
    }
  }
  return depth;
}

type Add = (id: string, kind: Node["kind"], layer: number) => Node;

/**
 * Edges that an event leads along from one step, down, have its name together. The
 * name of one that leads back is halfway, where there is more room.
 */
function chainOf(edge: Edge, reversed: boolean, places: Map<string, Node>, labels: Map<string, Node>, add: Add): Chain {
  const [from, event, to] = edge;
  const top = places.get(reversed ? to : from)!;
  const bottom = places.get(reversed ? from : to)!;
  const loop = top === bottom; // which goes down to its name, and back
  const shared = `${from}\n${event}`;
  const name = loop || reversed ? `${shared}\n${to}` : shared;
  const last = loop ? top.layer + 1 : bottom.layer - 1;
  const named = reversed && !loop ? top.layer + 1 + 2 * Math.floor((last - top.layer) / 4) : top.layer + 1;
  const nodes = [top];
  for (let layer = top.layer + 1; layer <= last; layer++) {
    if (layer !== named) nodes.push(add(`${edge.join("\n")}\n${layer}`, "bend", layer));
    else nodes.push(labels.get(name) ?? add(name, "label", layer));
  }
  labels.set(name, nodes.find((n) => n.kind === "label")!);
  if (!loop) nodes.push(bottom);
  for (let i = 1; i < nodes.length; i++) connect(nodes[i - 1]!, nodes[i]!);
  return { edge, nodes, reversed };
}

function connect(above: Node, below: Node): void {
  if (above.below.includes(below)) return;
  above.below.push(below);
  below.above.push(above);
}

/** How often the order is improved, down and up. */
const sweeps = 4;

/** Orders each layer by where its neighbours are. */
function order(layers: Node[][]): void {
  const sort = (layer: Node[], neighbours: (n: Node) => Node[], other: Node[]) => {
    const at = new Map(other.map((n, i) => [n, i]));
    const weight = new Map(layer.map((n, i) => [n, barycenter(neighbours(n), at) ?? i]));
    layer.sort((a, b) => weight.get(a)! - weight.get(b)!);
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = 1; i < layers.length; i++) sort(layers[i]!, (n) => n.above, layers[i - 1]!);
    for (let i = layers.length - 2; i >= 0; i--) sort(layers[i]!, (n) => n.below, layers[i + 1]!);
  }
}

function barycenter(nodes: Node[], at: Map<Node, number>): number | undefined {
  if (nodes.length === 0) return undefined;
  return nodes.reduce((sum, n) => sum + (at.get(n) ?? 0), 0) / nodes.length;
}
