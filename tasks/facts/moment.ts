import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';

export interface MomentKey {
  /** `2030-12-31 23:59:30`, in the machine's time zone. */
  readonly text: string;
}

export interface MomentState {
  /** Since 1970; undefined where it is no time. */
  readonly seconds?: number;
}

/** What a time on the machine's clock is in seconds. */
export const momentFact: FactKind<MomentKey, MomentState> = {
  name: 'moment',
  id: ({text}) => text,
  script: (keys) => keys.map(({text}) => sh`date -d ${text} +%s 2>/dev/null || echo -`).join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (lines.length !== keys.length) throw new Error(`cannot ask for times: ${result.stderr.trim()}`);
    return lines.map((line) => (/^-?\d+$/.test(line) ? {seconds: Number(line)} : {}));
  },
  // Another time zone, another moment.
  follows: (_, __, promised) =>
    promised.kind === 'file' && 'id' in promised && ['/etc/localtime', '/etc/timezone'].includes(promised.id)
      ? unknown(`what ${promised.id} says`)
      : undefined,
  show: (before, after) => [
    {
      what: 'time',
      before: before?.seconds === undefined ? undefined : String(before.seconds),
      after: isUnknown(after) ? `(needs ${after.$unknown})` : String(after.seconds),
    },
  ],
};
