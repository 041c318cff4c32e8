import {raw, sh, type Raw} from '../../engine/host.js';
import {unknown, type FactKind} from '../../engine/task.js';
import {canonicalPath, isBelow} from './file/state.js';

/** A folder with everything below, and how all of it shall be owned and open. */
export interface TreeKey {
  readonly path: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

export interface TreeState {
  /** How many entries (the folder itself among them) are not so. */
  readonly deviating: number;
}

/** How many entries of a tree are not owned or open as asked. */
export const treeFact: FactKind<TreeKey, TreeState> = {
  name: 'tree',
  id: (key) => `${canonicalPath(key.path)} ${key.mode ?? '-'} ${key.owner ?? '-'} ${key.group ?? '-'}`,
  script: (keys) => `n() { find "$@" -print 2>/dev/null | wc -l; }\n${keys.map(questions).join('\n')}`,
  parse(keys, result) {
    const answers = result.stdout.split('.\n').slice(0, -1);
    if (answers.length !== keys.length) throw new Error(`cannot look through folders: ${result.stderr.trim()}`);
    return answers.map((answer) => ({
      deviating: answer
        .split('\n')
        .filter((line) => line.trim() !== '')
        .reduce((sum, line) => sum + Number(line.trim()), 0),
    }));
  },
  follows(key, _before, promised) {
    const place = 'under' in promised ? promised.under : promised.id;
    const path = canonicalPath(key.path);
    if (promised.kind !== 'file') return undefined;
    return place === path || isBelow(place, path) || isBelow(path, place) ? unknown(`what ${place} holds`) : undefined;
  },
  // A new tree has nothing to tell, whether that was known before or not.
  show: (before, after) =>
    before === undefined || before.deviating === 0
      ? []
      : [
          {
            what: 'entries not as asked',
            before: String(before.deviating),
            after: 'deviating' in after ? String(after.deviating) : undefined,
          },
        ],
};

function numeric(name: string): Raw {
  return raw(/^\d+$/.test(name) ? ':' : 'false');
}

function questions(key: TreeKey): string {
  const {path, mode, owner, group} = key;
  const terms: string[] = [];
  // Nothing is owned by an owner that does not exist yet, and find would refuse the name.
  if (owner !== undefined)
    terms.push(
      sh`if ${numeric(owner)} || id -- ${owner} >/dev/null 2>&1; then n ${path} ! -user ${owner}; else n ${path}; fi`,
    );
  if (group !== undefined) {
    terms.push(
      sh`if ${numeric(group)} || getent group ${group} >/dev/null 2>&1 || grep -q ${`^${group}:`} /etc/group; then n ${path} ! -group ${group}; else n ${path}; fi`,
    );
  }
  if (mode !== undefined) {
    terms.push(sh`n ${path} ! -type l ! -perm ${mode}`);
  }
  return [...terms, 'echo .'].join('\n');
}
