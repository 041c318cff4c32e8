import {isUnknown, type DiffLine, type FactKind, type Unknown} from '../../engine/task.js';
import {follows, lay} from './file/follows.js';
import {parse, script} from './file/read.js';
import {canonicalPath, type FileKey, type FileState} from './file/state.js';
import {holdsMembers} from './holds.js';

/** What stands at a path: type, mode, owner, size, hash, and the text where it is asked for. */
export const fileFact: FactKind<FileKey, FileState> = {
  name: 'file',
  id: (key) => canonicalPath(key.path),
  script,
  parse,
  follows,
  lay,
  holds(promised, read) {
    const {content, ...rest} = promised as Partial<FileState>;
    return holdsMembers(rest.sha256 === undefined && content !== undefined ? {...rest, content} : rest, read);
  },
  answers: (key, value) =>
    (key.content !== true ||
      !hasText(value) ||
      value.content !== undefined ||
      value.bytes !== undefined ||
      tooLarge(value)) &&
    (key.digest === false || !hasText(value) || value.sha256 !== undefined) &&
    (key.times !== true || !value.exists || value.mtime !== undefined),
  detail: (key) => ({...key, content: true}),
  show,
};

function regular(value: FileState): FileState | undefined {
  const end = value.type === 'link' ? value.to : value;
  return end?.type === 'file' ? end : undefined;
}

const hasText = (value: FileState): boolean => regular(value) !== undefined;
const tooLarge = (value: FileState): boolean => (regular(value)?.size ?? 0) > 1024 * 1024;

function show(before: FileState | undefined, after: FileState | Unknown): readonly DiffLine[] {
  if (isUnknown(after))
    return [{what: before?.path ?? 'file', before: before?.type, after: `(needs ${after.$unknown})`}];
  // What may or may not come (a new home's skeleton) is no news.
  if (isUnknown(after.exists)) return [];
  const lines: DiffLine[] = [];
  const path = after.path;
  const attribute = (name: keyof FileState, label: string): void => {
    const old = word(before?.[name]);
    const wanted = word(after[name]);
    if (wanted !== undefined && old !== wanted) lines.push({what: `${path} ${label}`, before: old, after: wanted});
  };
  if (before?.type !== after.type) lines.push({what: path, before: before?.type ?? 'absent', after: word(after.type)});
  if (after.type === 'absent' || isUnknown(after.type)) return lines;
  attribute('mode', 'mode');
  // Who will own what is made is no news where nobody asked for it.
  for (const name of ['owner', 'group'] as const) if (!isUnknown(after[name])) attribute(name, name);
  if (after.type === 'link') attribute('target', 'target');
  if (before?.sha256 === after.sha256) return lines;
  const old = before?.type === 'file' ? before.content : '';
  if (typeof after.content === 'string' && old !== undefined) {
    lines.push({what: path, text: {before: old, after: after.content}});
  } else {
    attribute('size', 'size');
    attribute('sha256', 'sha256');
  }
  return lines;
}

function word(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return isUnknown(value) ? `(needs ${value.$unknown})` : typeof value === 'number' ? String(value) : (value as string);
}
