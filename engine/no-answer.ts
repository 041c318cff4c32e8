/** Something that may let the one answer who did not, once it is made, started or waited for: facts of a kind; all of them, one, or those whose path ends in a name. */
export interface Remedy {
  readonly kind: string;
  readonly id?: string;
  readonly named?: string;
}

/**
 * Thrown by `parse` where the one who should have told did not (its program cannot be run, what it asks is stopped): that is not "nothing there".
 * In a check, what an earlier task would mend is deferred; else it is a failure.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** Who was asked, as the user reads it: `kubectl`, `the cluster`. */
  readonly who: string;
  /** The likeliest first. */
  readonly remedies: readonly Remedy[];

  constructor(who: string, why: string, remedies: readonly Remedy[]) {
    super(`${who} does not answer: ${why}`);
    this.who = who;
    this.remedies = remedies;
  }
}
