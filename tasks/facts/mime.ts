import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {canonicalPath, isBelow} from './file/state.js';

export interface MimeKey {
  readonly path: string;
  /** Look at what a link leads to. */
  readonly follow: boolean;
}

/** What kind of data a file holds and in which letters; `unknown` where nothing can tell. */
export interface MimeState {
  readonly type: string;
  readonly charset: string;
}

/** What the program `file` says of a file. */
export const mimeFact: FactKind<MimeKey, MimeState> = {
  name: 'mime',
  id: ({path, follow}) => `${canonicalPath(path)}${follow ? ' followed' : ''}`,
  script: (keys) =>
    keys
      .map(
        ({path, follow}) =>
          sh`{ file -b ${raw(follow ? '-L' : '-h')} --mime-type --mime-encoding -- ${canonicalPath(path)} || echo -; } 2>/dev/null | head -n 1`,
      )
      .join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (lines.length !== keys.length) throw new Error(`cannot ask for kinds of data: ${result.stderr.trim()}`);
    return lines.map((line) => {
      const [, type = 'unknown', charset = 'unknown'] = /^(\S+\/\S+); charset=(\S+)$/.exec(line) ?? [];
      return {type, charset};
    });
  },
  follows(key, _, promised) {
    if (promised.kind === 'package') return unknown('whether the program file is there');
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    const path = canonicalPath(key.path);
    return path === place || isBelow(path, place) || isBelow(place, path) ? unknown(`what ${place} holds`) : undefined;
  },
  show: (before, after) => [
    {what: 'kind of data', before: before?.type, after: isUnknown(after) ? `(needs ${after.$unknown})` : after.type},
  ],
};
