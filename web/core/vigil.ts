// How long a worker believes that the owner lives. It has no clock of its own: it
// is told the time, in ms.

/** How often the owner says that it lives, and how often it is looked whether it did. */
export const heartbeat = 1000;
export const lookEvery = heartbeat / 2;

/** How long the owner is believed after it was heard, and how long it has to answer when asked. */
export const believed = 3000;
export const answerTime = 800;

/**
 * Tells an owner that is silent from a worker that has slept: whoever did not look
 * for a while could not hear either.
 */
export class Vigil {
  private heard: number;
  private looked: number;

  constructor(now: number) {
    this.heard = this.looked = now;
  }

  /** The owner was heard. */
  hear(now: number): void {
    this.heard = now;
  }

  /** Whether the owner was heard lately. */
  believes(now: number): boolean {
    return now - this.heard < believed;
  }

  /** Looks, and returns whether the owner has to be asked if it lives. */
  look(now: number): boolean {
    if (now - this.looked > 2 * heartbeat) this.heard = now;
    this.looked = now;
    return !this.believes(now);
  }

  /** Whether the owner has said nothing since it was asked. */
  silentSince(asked: number): boolean {
    return this.heard < asked;
  }
}
