// What the modules of a federation are for, in words.

import type { FederationView, ModuleView } from "./api";
import { entry, tame } from "./outside";
import { texts } from "./texts";

/** What a kind of module is for. A kind that is not known is from outside. */
export function moduleName(kind: string): string {
  return entry(texts.modules, kind) ?? tame(kind, 24);
}

/** Whether a federation has e-cash of both generations that can be used. */
export function hasBoth(f: FederationView | undefined): boolean {
  return ["mint", "mintv2"].every((kind) => f?.modules.some((m) => m.kind === kind && m.usable));
}

/** The kinds in the order in which people care for them. */
const order = Object.keys(texts.modules);

/** What modules are for that are usable, or not, each thing once. */
export function moduleNames(modules: ModuleView[], usable: boolean): string[] {
  const rank = ({ kind }: ModuleView) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  const chosen = modules.filter((m) => m.usable === usable).sort((a, b) => rank(a) - rank(b));
  return [...new Set(chosen.map((m) => moduleName(m.kind)))];
}
