// What the modules of a federation are for, in words.

import type { ModuleView } from "./api";
import { tame } from "./outside";
import { texts } from "./texts";

/** What a kind of module is for. A kind that is not known is from outside. */
export function moduleName(kind: string): string {
  return texts.modules[kind] ?? tame(kind, 24);
}

/** What modules are for that are usable, or not, each thing once. */
export function moduleNames(modules: ModuleView[], usable: boolean): string[] {
  return [...new Set(modules.filter((m) => m.usable === usable).map((m) => moduleName(m.kind)))];
}
