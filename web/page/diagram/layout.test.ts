import assert from "node:assert/strict";
import { test } from "node:test";
import { layered, type Edge } from "./layers";
import { layout, type Box } from "./layout";

interface Machine {
  name: string;
  steps: string[];
  edges: Edge[];
}

const machines: Machine[] = [
  { name: "one step", steps: ["alone"], edges: [] },
  { name: "nothing", steps: [], edges: [] },
  {
    name: "transaction",
    steps: ["created", "accepted", "rejected"],
    edges: [
      ["created", "accepted", "accepted"],
      ["created", "rejected", "rejected"],
    ],
  },
  {
    name: "two edges between the same steps",
    steps: ["given", "taken", "called back"],
    edges: [
      ["given", "taken", "taken"],
      ["given", "cancelled", "called back"],
      ["given", "expired", "called back"],
    ],
  },
  {
    name: "an edge past a step",
    steps: ["claiming", "claimed", "scattered", "gathered"],
    edges: [
      ["claiming", "accepted", "claimed"],
      ["claiming", "rejected", "scattered"],
      ["scattered", "decided", "gathered"],
      ["claiming", "given up", "gathered"],
    ],
  },
  {
    name: "a circle and a loop",
    steps: ["waiting", "asking", "done"],
    edges: [
      ["waiting", "asked", "asking"],
      ["asking", "failed", "waiting"],
      ["asking", "again", "asking"],
      ["asking", "answered", "done"],
    ],
  },
  { name: "an edge to nowhere", steps: ["a"], edges: [["a", "e", "missing"]] },
];

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

for (const { name, steps, edges } of machines) {
  test(`the picture of ${name} has everything, apart and inside`, () => {
    const { width, height, boxes, arrows } = layout(steps, edges);
    const known = edges.filter(([from, , to]) => steps.includes(from) && steps.includes(to));
    assert.deepEqual(boxes.map((b) => b.name).sort(), [...steps].sort());
    assert.deepEqual(
      arrows.map((a) => a.edge),
      known,
    );
    const labels = arrows.map((a) => ({ name: a.edge[1], x: a.label.x - a.label.width / 2, y: a.label.y - 9, width: a.label.width, height: 18 }));
    const all = [...boxes, ...labels];
    all.forEach((a, i) => all.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), `${a.name} and ${b.name} overlap`)));
    for (const box of all) {
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${box.name} is outside`);
    }
    for (const { path, tip } of arrows) assert.doesNotMatch(path + tip, /NaN|undefined|Infinity/);
    assert.deepEqual(layout(steps, edges), layout(steps, edges));
  });
}

test("edges point down, except those that close a circle", () => {
  const { steps, edges } = machines.find((m) => m.name === "a circle and a loop")!;
  const { chains } = layered(steps, edges);
  for (const { edge, nodes, reversed } of chains) {
    const loop = edge[0] === edge[2];
    if (!loop) assert.ok(nodes[0]!.layer < nodes.at(-1)!.layer, edge.join(" "));
    assert.equal(reversed, edge[1] === "failed" || loop, edge.join(" "));
  }
});

test("the machines of this wallet fit on a phone", () => {
  for (const { name, steps, edges } of machines) assert.ok(layout(steps, edges).width <= 360 - 2 * (20 + 17), name);
});
