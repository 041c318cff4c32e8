import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {canonicalPath, isBelow} from './file/state.js';

/** A folder of the machine whose content shall be in another one too. */
export interface CopiedKey {
  readonly src: string;
  readonly dest: string;
  /** Digits, of files; left out: those of the source. */
  readonly mode?: string;
  /** Digits, of folders; left out: those of the source. */
  readonly folderMode?: string;
  readonly owner?: string;
  readonly group?: string;
}

export interface CopiedState {
  /** How much of what is below the source is absent or another; undefined where the source is no folder. */
  readonly deviating?: number;
}

/** Whether a folder holds what another one of the same machine holds. */
export const copiedFact: FactKind<CopiedKey, CopiedState> = {
  name: 'copied',
  id: (key) => JSON.stringify(key),
  script: (keys) => keys.map(compare).join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (lines.length !== keys.length) throw new Error(`cannot compare folders: ${result.stderr.trim()}`);
    return lines.map((line) => (line.trim() === '-' ? {} : {deviating: Number(line.trim())}));
  },
  follows(key, _, promised) {
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    const about = [key.src, key.dest]
      .map(canonicalPath)
      .some((path) => path === place || isBelow(path, place) || isBelow(place, path));
    return about ? unknown(`what ${place} holds`) : undefined;
  },
  show: (before, after) => [
    {
      what: 'entries not as in the source',
      before: before?.deviating === undefined ? undefined : String(before.deviating),
      after: isUnknown(after) ? `(needs ${after.$unknown})` : String(after.deviating),
    },
  ],
};

function compare({src, dest, mode, folderMode, owner, group}: CopiedKey): string {
  const has = (format: string, value: string | undefined): string =>
    value === undefined ? '' : sh` && [ "$(stat -L -c ${format} -- "$d/$p")" = ${value} ]`;
  const modeOf = (wanted: string | undefined): string =>
    wanted === undefined
      ? ' && [ "$(stat -L -c %a -- "$p")" = "$(stat -L -c %a -- "$d/$p")" ]'
      : has('%a', wanted.replace(/^0+(?=.)/, ''));
  const owned = `${has(isNumber(owner) ? '%u' : '%U', owner)}${has(isNumber(group) ? '%g' : '%G', group)}`;
  const each = `d=$0; for p do if [ -d "$p" ]; then [ -d "$d/$p" ]${modeOf(folderMode)}${owned}; else cmp -s -- "$p" "$d/$p"${modeOf(mode)}${owned}; fi || echo x; done`;
  return sh`if [ -d ${src} ]; then (cd -- ${src} && find -L . -mindepth 1 -exec sh -c ${each} ${dest} '{}' + 2>/dev/null | wc -l); else echo -; fi`;
}

function isNumber(name: string | undefined): boolean {
  return name !== undefined && /^\d+$/.test(name);
}
