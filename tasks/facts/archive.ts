import type {ExecResult} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {archiveScript, rootOf, type ArchiveKey} from './archive/script.js';
import {canonicalPath, isBelow} from './file/state.js';

export interface ArchiveState {
  /** The paths that are there, patterns put in. */
  readonly found: readonly string[];
  /** They are one regular file. */
  readonly isFile: boolean;
  /** One hash over all names, contents, modes and links that the archive shall hold. */
  readonly wanted: string;
  /** The same over what the archive holds now; empty where there is none that can be read. */
  readonly held: string;
}

/** What an archive holds, and what it shall hold. */
export const archiveFact: FactKind<ArchiveKey, ArchiveState> = {
  name: 'archive',
  id: (key) => JSON.stringify([canonicalPath(key.dest), key]),
  script: (keys) => keys.map(archiveScript).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^\.\n/m);
    if (parts.length !== keys.length + 1 || result.truncated === true)
      throw new Error(`cannot compare archives: ${result.stderr.trim().split('\n').at(-1) ?? ''}`);
    return keys.map((key, index) => answer(key, parts[index] ?? '', result));
  },
  follows(key, before, promised) {
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    const about = (path: string): boolean => path === place || isBelow(path, place) || isBelow(place, path);
    const cause = unknown(`what ${place} holds`);
    const isDest = about(canonicalPath(key.dest));
    const isSource = key.paths.some((path) => about(fixedPart(path)));
    if (!isDest && !isSource) return undefined;
    // Parts that are not known; what is known of the rest stays.
    return {
      ...before,
      ...(isSource ? {found: cause, isFile: cause, wanted: cause} : {}),
      ...(isDest ? {held: cause} : {}),
    } as unknown as ArchiveState;
  },
  show: (before, after) =>
    isUnknown(after)
      ? [{what: 'archive', before: undefined, after: `(needs ${after.$unknown})`}]
      : before?.held === after.held
        ? []
        : [{what: 'archive', before: before?.held === '' ? undefined : 'other content', after: after.found.join(', ')}],
};

/** The path, or of a pattern the folder that it begins in. */
function fixedPart(path: string): string {
  const wild = /[*?[\]]/.exec(path);
  return wild === null ? canonicalPath(path) : canonicalPath(path.slice(0, path.lastIndexOf('/', wild.index) + 1));
}

function answer(key: ArchiveKey, text: string, result: ExecResult): ArchiveState {
  const lines = text.split('\n').slice(0, -1);
  const [first = '', wanted = '', held = '', ...names] = lines;
  if (!['file', 'other', 'none'].includes(first))
    throw new Error(`cannot compare the archive ${key.dest}: ${result.stderr.trim().split('\n').at(-1) ?? ''}`);
  const root = rootOf(key.paths);
  const found = names.map((name) => {
    const path = Buffer.from(name, 'base64').toString().replace(/^\.\//, '');
    return root === '/' ? `/${path}` : `${root}/${path}`;
  });
  return {found: found.sort(), isFile: first === 'file', wanted, held};
}
