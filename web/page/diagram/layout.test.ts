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
  {
    name: "a payment by lightning",
    steps: ["funding", "funded", "refundable", "refunding", "contested", "succeeded", "refunded", "rejected", "worthless", "gone"],
    edges: [
      ["funding", "accepted", "funded"],
      ["funding", "rejected", "rejected"],
      ["funded", "gateway answered", "succeeded"],
      ["funded", "gateway answered", "refundable"],
      ["funded", "guardians told", "succeeded"],
      ["funded", "guardians told", "refundable"],
      ["refundable", "taken back", "refunding"],
      ["refundable", "taken back", "worthless"],
      ["refunding", "accepted", "refunded"],
      ["refunding", "rejected", "contested"],
      ["contested", "guardians told", "succeeded"],
      ["contested", "guardians told", "funded"],
      ["contested", "guardians told", "gone"],
    ],
  },
  {
    name: "an invoice",
    steps: ["pending", "claimable", "claiming", "claimed", "expired", "uneconomical", "taken"],
    edges: [
      ["pending", "guardians told", "claimable"],
      ["pending", "guardians told", "expired"],
      ["claimable", "claimed", "claiming"],
      ["claimable", "claimed", "uneconomical"],
      ["claiming", "accepted", "claimed"],
      ["claiming", "rejected", "taken"],
      ["claiming", "rejected", "claimable"],
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
    const named = new Map(arrows.map((a) => [`${a.edge[0]} ${a.edge[1]} ${a.label.x} ${a.label.y}`, a])); // an event that leads to several steps is named once
    const labels = [...named.values()].map((a) => ({ name: a.edge[1], x: a.label.x - a.label.width / 2, y: a.label.y - 9, width: a.label.width, height: 18 }));
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
  for (const { name, steps, edges } of machines) assert.ok(layout(steps, edges).width <= 360 - 2 * (20 + 17), `${name}: ${layout(steps, edges).width}`);
});
