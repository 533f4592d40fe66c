// Says where the boxes and arrows of a machine's picture are, in CSS pixels.

import { layered, type Edge, type Node } from "./layers";

export interface Box {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Arrow {
  edge: Edge;
  /** The line, as the path of an SVG, in the direction of the edge. */
  path: string;
  /** Its tip. */
  tip: string;
  /** Where the middle of the name is. */
  label: { x: number; y: number; width: number };
}

export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  arrows: Arrow[];
}

const boxHeight = 36;
const labelHeight = 22;
const rowGap = 16;
const columnGap = 14;
const margin = 4;
const bendWidth = 8;

/** About how wide a text is. Widths differ between fonts: there is room to spare. */
function textWidth(text: string, perCharacter: number): number {
  return Math.ceil([...text].length * perCharacter);
}

function widthOf(n: Node): number {
  if (n.kind === "bend") return bendWidth;
  if (n.kind === "step") return Math.max(64, textWidth(n.id, 7.8) + 28);
  return textWidth(eventOf(n), 7) + 10;
}

/** The event of the edge that a label names. */
function eventOf(n: Node): string {
  return n.id.split("\n")[1] ?? "";
}

/** Lays the picture of a machine out, from top to bottom. */
export function layout(steps: readonly string[], edges: readonly Edge[]): Layout {
  const { layers, chains } = layered(steps, edges);
  const x = columns(layers);
  const height = layers.map((layer) => (layer.some((n) => n.kind === "step") ? boxHeight : labelHeight));
  const y: number[] = [];
  height.reduce((top, h, i) => ((y[i] = top + h / 2), top + h + rowGap), margin);
  const at = (n: Node) => ({ x: x.get(n)!, y: y[n.layer]! });
  const all = layers.flat();
  const boxes = all
    .filter((n) => n.kind === "step")
    .map((n) => ({ name: n.id, x: at(n).x - widthOf(n) / 2, y: at(n).y - boxHeight / 2, width: widthOf(n), height: boxHeight }));
  const arrows = chains.map(({ edge, nodes, reversed }) => {
    const label = nodes.find((n) => n.kind === "label")!;
    return { edge, ...line(nodes, at, reversed), label: { ...at(label), width: widthOf(label) } };
  });
  return {
    width: Math.max(0, ...all.map((n) => x.get(n)! + widthOf(n) / 2)) + margin,
    height: height.reduce((sum, h) => sum + h + rowGap, 2 * margin - rowGap),
    boxes,
    arrows,
  };
}

/** Where the middle of each node is, from left to right. Nothing is wider than the widest layer has to be. */
function columns(layers: Node[][]): Map<Node, number> {
  const x = new Map<Node, number>();
  let widest = 0;
  for (const layer of layers) {
    let left = 0;
    for (const n of layer) {
      x.set(n, left + widthOf(n) / 2);
      left += widthOf(n) + columnGap;
    }
    widest = Math.max(widest, left - columnGap);
  }
  const leftmost = new Map(x);
  const passes = 12;
  for (let pass = 0; pass < passes; pass++) {
    const down = pass % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) settle(layer, x, (n) => [...n.above, ...n.below]);
    for (const layer of layers) keepWithin(widest, layer, x, leftmost);
  }
  const left = Math.min(...layers.flat().map((n) => x.get(n)! - widthOf(n) / 2));
  for (const [n, at] of x) x.set(n, at - left + margin);
  return x;
}

/** Moves each node of a layer towards its neighbours, as far as there is room. */
function settle(layer: Node[], x: Map<Node, number>, neighbours: (n: Node) => Node[]): void {
  const wanted = layer.map((n) => mean(neighbours(n).map((m) => x.get(m)!)) ?? x.get(n)!);
  const space = (i: number) => (widthOf(layer[i - 1]!) + widthOf(layer[i]!)) / 2 + columnGap;
  const fromLeft = [...wanted];
  for (let i = 1; i < layer.length; i++) fromLeft[i] = Math.max(wanted[i]!, fromLeft[i - 1]! + space(i));
  const fromRight = [...wanted];
  for (let i = layer.length - 2; i >= 0; i--) fromRight[i] = Math.min(wanted[i]!, fromRight[i + 1]! - space(i + 1));
  layer.forEach((n, i) => x.set(n, (fromLeft[i]! + fromRight[i]!) / 2));
}

/** Moves nodes that are outside back inside. Each has as much room there as any other: their distances stay. */
function keepWithin(width: number, layer: Node[], x: Map<Node, number>, leftmost: Map<Node, number>): void {
  const last = layer.at(-1);
  if (!last) return;
  const room = width - (leftmost.get(last)! + widthOf(last) / 2);
  for (const n of layer) x.set(n, Math.min(Math.max(x.get(n)!, leftmost.get(n)!), leftmost.get(n)! + room));
}

function mean(numbers: number[]): number | undefined {
  if (numbers.length === 0) return undefined;
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

interface Point {
  x: number;
  y: number;
}

/** How far apart lines touch a box. */
const portGap = 16;

/** Where a line touches a box that comes from, or goes to, a neighbour. */
function port(box: Node, neighbour: Node, at: (n: Node) => Point): Point {
  const below = neighbour.layer > box.layer;
  const side = [...(below ? box.below : box.above)].sort((a, b) => at(a).x - at(b).x);
  const { x, y } = at(box);
  return {
    x: x + (side.indexOf(neighbour) - (side.length - 1) / 2) * portGap,
    y: y + (below ? boxHeight / 2 : -boxHeight / 2),
  };
}

/** The line through the nodes of an edge: from box to box, through its name. */
function line(nodes: Node[], at: (n: Node) => Point, reversed: boolean): { path: string; tip: string } {
  const points = nodes.map((n, i) => (n.kind === "step" ? port(n, nodes[i === 0 ? 1 : i - 1]!, at) : at(n)));
  const first = points[0]!;
  const selfLoop = nodes.length === 2;
  if (selfLoop) points.push({ x: first.x + portGap / 2, y: first.y });
  if (reversed && !selfLoop) points.reverse();
  let path = `M${point(points[0]!)}`;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const middle = (a.y + b.y) / 2;
    path += `C${point({ x: a.x, y: middle })} ${point({ x: b.x, y: middle })} ${point(b)}`;
  }
  return { path, tip: tip(points.at(-1)!, reversed || selfLoop) };
}

/** A tip that points down, or up. */
function tip({ x, y }: Point, up: boolean): string {
  const dy = up ? 6 : -6;
  return `M${point({ x: x - 4, y: y + dy })}L${point({ x, y })}L${point({ x: x + 4, y: y + dy })}`;
}

function point({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
