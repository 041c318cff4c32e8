import {quote} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {canonicalPath} from './file/state.js';
import {shellPattern} from './listing/state.js';

export interface GlobKey {
  /** Absolute; `*`, `?` and `[…]` stand for letters of one name. */
  readonly pattern: string;
}

export interface GlobState {
  /** Something of such a name is there. */
  readonly found: boolean;
  /** It was seen to be so; unknown where a command would first have to make it. */
  readonly seen: boolean;
}

const wild = /[*?]|\[!?\]?[^\]]*\]/;

/** Whether a path is a pattern of names. */
export function isGlob(path: string): boolean {
  return wild.test(path);
}

/** Whether anything is there whose path fits a pattern. */
export const globFact: FactKind<GlobKey, GlobState> = {
  name: 'glob',
  id: ({pattern}) => canonicalPath(pattern),
  script: (keys) =>
    keys
      .map(
        ({pattern}) =>
          `f=0; for p in ${shellWord(canonicalPath(pattern))}; do if [ -e "$p" ] || [ -L "$p" ]; then f=1; break; fi; done; echo $f`,
      )
      .join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (result.code !== 0 || lines.length !== keys.length)
      throw new Error(`cannot look for names: ${result.stderr.trim()}`);
    return lines.map((line) => ({found: line === '1', seen: true}));
  },
  follows(key, before, promised) {
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    const pattern = canonicalPath(key.pattern).split('/');
    const path = place.split('/');
    if (!fits(pattern, path, Math.min(pattern.length, path.length))) return undefined;
    const isSame = path.length === pattern.length;
    const exists: unknown = isUnknown(promised.value) ? undefined : Reflect.get(Object(promised.value), 'exists');
    if (isSame && exists === true) return {...before, found: true};
    // What is there of the same shape may be another one.
    return before.found && exists === true ? undefined : unknown(`what becomes of ${place}`);
  },
  show: (before, after) => [
    {
      what: 'names that fit',
      before: before?.found === true ? 'some' : undefined,
      after: 'found' in after && after.found ? 'some' : undefined,
    },
  ],
};

/** The pattern as a word of sh in which nothing but its wildcards is expanded. */
function shellWord(pattern: string): string {
  return pattern
    .split(new RegExp(`(${wild.source})`))
    .map((part, index) => (index % 2 === 1 ? bracketOr(part) : part === '' ? '' : quote(part)))
    .join('');
}

/** Letters in brackets are quoted too, the brackets and a range's dash are not. */
function bracketOr(part: string): string {
  if (part.length === 1) return part;
  const inner = part.slice(1, -1).replace(/[^A-Za-z0-9!-]/g, (letter) => (letter === "'" ? `"'"` : `'${letter}'`));
  return `[${inner}]`;
}

/** Whether a path, or its beginning of so many steps, fits a pattern, or its beginning. */
function fits(pattern: readonly string[], path: readonly string[], depth: number): boolean {
  return pattern.slice(0, depth).every((step, index) => shellPattern(step).test(path[index] ?? ''));
}
