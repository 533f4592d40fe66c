// Small notes in the browser's storage. They are nice to have: a browser may
// refuse to keep them, or forget them. No money is here.

type Shelf = "localStorage" | "sessionStorage";

export function noted(name: string, shelf: Shelf = "localStorage"): string | null {
  try {
    return window[shelf].getItem(`satchel.${name}`);
  } catch {
    return null;
  }
}

export function note(name: string, text: string, shelf: Shelf = "localStorage"): void {
  try {
    window[shelf].setItem(`satchel.${name}`, text);
  } catch {
    // forgotten at once
  }
}
