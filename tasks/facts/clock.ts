import type {FactKind} from '../../engine/task.js';

export interface ClockState {
  /** Seconds since 1970. */
  readonly seconds: number;
}

/** What a machine's clock says at the moment of asking. */
export const clockFact: FactKind<Record<string, never>, ClockState> = {
  name: 'clock',
  id: () => 'clock',
  volatile: true,
  script: () => 'date +%s',
  parse(keys, result) {
    const seconds = Number(result.stdout.trim());
    if (result.code !== 0 || !Number.isInteger(seconds))
      throw new Error(`the clock cannot be read: ${result.stderr.trim()}`);
    return keys.map(() => ({seconds}));
  },
  show: () => [],
};
