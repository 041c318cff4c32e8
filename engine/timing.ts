/** What a machine was asked, and when: `begun` and `ended` are milliseconds of `performance.now()`. */
export type Timing = {readonly begun: number; readonly ended: number} & (
  | {
      readonly kind: 'connect';
      /** When the keys were exchanged, and logging in began; undefined where nothing is logged in to. */
      readonly handshaken: number | undefined;
    }
  /** A shell was opened; `what` is whose. */
  | {readonly kind: 'shell'; readonly what: string}
  /** A script was sent and answered. */
  | {readonly kind: 'script'; readonly what: string}
);

/** Hears of timings; must not throw. */
export type TellTiming = (timing: Timing) => void;

/** A part of the program's time: milliseconds since its start, and those of its processor. */
export interface Phase {
  readonly name: string;
  readonly begun: number;
  readonly ended: number;
  readonly cpu: number;
}
