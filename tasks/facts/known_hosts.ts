import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {isBelow} from './file/state.js';

export interface KnownHostsKey {
  /** Absolute, or `~/` and a place in the asking user's home. */
  readonly path: string;
}

export interface KnownHostsState {
  /** Absolute. */
  readonly path: string;
  readonly exists: boolean;
  /** The folder of the file is there. */
  readonly hasFolder: boolean;
  readonly text: string;
}

/** The keys of other machines that a user, or all of a machine, knows. */
export const knownHostsFact: FactKind<KnownHostsKey, KnownHostsState> = {
  name: 'known_hosts',
  id: (key) => key.path,
  perUser: (key) => key.path.startsWith('~/'),
  script: (keys) =>
    keys
      .map(({path}) => {
        const place = path.startsWith('~/') ? sh`"\${HOME%/}"/${path.slice(2)}` : sh`${path}`;
        return sh`p=${raw(place)}; printf '%s\n' "$p"; if [ -d "\${p%/*}/" ]; then echo y; else echo n; fi; if [ -e "$p" ]; then echo y; sed 's/^/ /' <"$p"; else echo n; fi; echo .`;
      })
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^\.\n/m);
    if (parts.length !== keys.length + 1 || result.truncated === true)
      throw new Error(`cannot read known hosts: ${result.stderr.trim()}`);
    return keys.map((_, index): KnownHostsState => {
      const [path = '', folder, there, ...lines] = (parts[index] ?? '').split('\n');
      const text = lines.filter((line) => line.startsWith(' ')).map((line) => `${line.slice(1)}\n`);
      return {path, exists: there === 'y', hasFolder: folder === 'y', text: text.join('')};
    });
  },
  follows(_, before, promised) {
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    if (before.path !== place && !isBelow(before.path, place)) return undefined;
    const {value} = promised;
    if (isUnknown(value)) return value;
    const {type, content} = Object(value) as {readonly type?: unknown; readonly content?: unknown};
    if (type === 'absent') return {...before, exists: false, text: '', hasFolder: before.path === place};
    if (before.path !== place)
      return type === 'directory' && place === before.path.slice(0, before.path.lastIndexOf('/'))
        ? {...before, hasFolder: true}
        : undefined;
    if (type === undefined && content === undefined) return undefined;
    return typeof content === 'string' ? {...before, exists: true, text: content} : unknown(`what ${place} holds`);
  },
  show: (before, after) =>
    isUnknown(after)
      ? [{what: 'known hosts', before: undefined, after: `(needs ${after.$unknown})`}]
      : [{what: after.path, text: {before: before?.text ?? '', after: after.text}}],
};
