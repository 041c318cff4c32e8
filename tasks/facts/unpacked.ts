import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {unpackCommand, type Unpacking} from '../unarchive/unpack.js';
import {canonicalPath, isBelow} from './file/state.js';

export interface UnpackedKey extends Unpacking {
  readonly dest: string;
  readonly owner?: string;
  readonly group?: string;
  /** Digits. */
  readonly mode?: string;
  /** Tell the names of what is in it too. */
  readonly list?: boolean;
}

export interface UnpackedState {
  /** How many of the archive's members are absent or others in the folder; undefined where it cannot be unpacked. */
  readonly deviating?: number;
  /** Why it cannot be unpacked. */
  readonly error?: string;
  /** The names of what is in it, where they were asked for. */
  readonly files?: readonly string[];
}

/** Whether a folder holds what an archive of the machine holds. */
export const unpackedFact: FactKind<UnpackedKey, UnpackedState> = {
  name: 'unpacked',
  id: (key) => JSON.stringify(key),
  script: (keys) => keys.map(compare).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^\.\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot compare archives: ${result.stderr.trim()}`);
    return keys.map(({list}, index): UnpackedState => {
      const [first = '', ...lines] = (parts[index] ?? '').split('\n');
      if (first !== 'ok') return {error: lines.join(' ').trim()};
      const files = lines.slice(1).flatMap((line) => (line === '' ? [] : [line.replace(/^\.\//, '')]));
      return {deviating: Number(lines[0]), ...(list === true ? {files} : {})};
    });
  },
  follows(key, _, promised) {
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    const about = [canonicalPath(key.dest), canonicalPath(key.archive)].some(
      (path) => path === place || isBelow(path, place) || isBelow(place, path),
    );
    return about ? unknown(`what ${place} holds`) : undefined;
  },
  show: (before, after) => [
    {
      what: 'members not as in the archive',
      before: before?.deviating === undefined ? undefined : String(before.deviating),
      after: isUnknown(after) ? `(needs ${after.$unknown})` : String(after.deviating),
    },
  ],
};

function compare(key: UnpackedKey): string {
  const {dest, owner, group, mode} = key;
  const has = (format: string, value: string | undefined): string =>
    value === undefined ? '' : sh` && [ "$(stat -c ${format} -- "$d/$p")" = ${value} ]`;
  const digits = mode?.replace(/^0+(?=.)/, '');
  const same = mode === undefined ? ' && [ "$(stat -c %a -- "$p")" = "$(stat -c %a -- "$d/$p")" ]' : has('%a', digits);
  const owned = `${has(isNumber(owner) ? '%u' : '%U', owner)}${has(isNumber(group) ? '%g' : '%G', group)}`;
  const each = `d=$0; for p do if [ -L "$p" ]; then [ "$(readlink "$p")" = "$(readlink "$d/$p")" ]; elif [ -d "$p" ]; then [ -d "$d/$p" ]${has('%a', digits)}${owned}; else cmp -s "$p" "$d/$p"${same}${owned}; fi || echo x; done`;
  return sh`( t=$(mktemp -d) || exit 1
trap 'rm -rf -- "$t"' EXIT
umask 022
if e=$(${raw(unpackCommand(key, '"$t"'))} 2>&1 </dev/null); then cd -- "$t" && echo ok && find . -mindepth 1 -exec sh -c ${each} ${dest} '{}' + 2>/dev/null | wc -l${raw(key.list === true ? '\nfind . -mindepth 1' : '')}
else echo failed; printf '%s\n' "$e" | tail -n 2; fi ); echo .`;
}

function isNumber(name: string | undefined): boolean {
  return name !== undefined && /^\d+$/.test(name);
}
