import {join} from 'node:path';
import {didYouMean} from '../language/near.js';
import type {Term} from '../language/term.js';
import {locatable, type Span} from '../span.js';
import {checkLanguage} from './check-language.js';
import {commandWords} from '../task.js';
import type {TaskPlace} from './loading.js';
import type {DictTerm} from './module-args.js';
import {placeAt} from './scalar-place.js';

interface LocalProperty {
  readonly 'x-local'?: unknown;
  readonly 'x-local-unless'?: string;
}

/**
 * Checks the files and templates of the controller that arguments name as plain words: they must be there, and templates must be well formed.
 * Gives the templates as text terms, so that what they name counts like what the task itself names.
 */
export function readLocalFiles(
  args: DictTerm,
  {module, place}: {readonly module: string; readonly place: TaskPlace},
): readonly Term[] {
  const {properties} = (place.draft.loading.schemas.module(module) ?? {}) as {
    readonly properties?: Readonly<Record<string, LocalProperty>>;
  };
  const mayBeRemote = (unless: string | undefined): boolean => {
    const said = args.entries.find(({key}) => key === unless)?.value;
    return said !== undefined && !(said.kind === 'literal' && (said.value === false || said.value === 'no'));
  };
  const decrypt = args.entries.find(({key}) => key === 'decrypt')?.value;
  const decrypts = properties !== undefined && 'decrypt' in properties && (!decrypt || isTrue(decrypt));
  return args.entries.flatMap(({key, value}) => {
    const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const kind = property?.['x-local'];
    if ((kind !== 'file' && kind !== 'template' && kind !== 'command') || mayBeRemote(property?.['x-local-unless']))
      return [];
    if (value.kind !== 'literal' || typeof value.value !== 'string') return [];
    const name = kind === 'command' ? commandWords(value.value)[0] : value.value;
    return checkLocal(name, {kind: kind === 'template' ? kind : 'file', at: value.at, place, decrypts});
  });
}

function isTrue(term: Term): boolean {
  return term.kind === 'literal' && term.value === true;
}

interface LocalName {
  readonly kind: 'file' | 'template';
  readonly at: Span;
  readonly place: TaskPlace;
  /** What is in an encrypted file is wanted. */
  readonly decrypts: boolean;
}

function checkLocal(name: string, {kind, at, place, decrypts}: LocalName): readonly Term[] {
  const {draft, role} = place;
  const {files, report} = draft.loading;
  // What lies outside of the playbook's folders may be made by an earlier task (`fetch`).
  if (kind === 'file' && /^[/~]/.test(name)) return [];
  const folder = kind === 'file' ? 'files' : 'templates';
  const folders = name.startsWith('/')
    ? ['']
    : [...(role ? [join(role.path, folder), role.path] : []), join(draft.folder, folder), draft.folder];
  const path = folders
    .map((start) => join(start, name))
    .find((candidate) => files.isFile(candidate) || (kind === 'file' && files.isFolder(candidate)));
  if (path === undefined) {
    const near = didYouMean(
      name,
      folders.slice(0, 1).flatMap((start) => [...files.list(start)]),
    );
    report.error(
      at,
      `${kind} "${name}" is not there`,
      near ?? `looked in ${folders.map((start) => files.shown(start) || '.').join(', ')}`,
    );
    return [];
  }
  if (kind === 'file') {
    if (decrypts && files.isFile(path)) files.tryToOpen(path, at);
    return [];
  }
  const template = readTemplate(path, place);
  if (template) checkLanguage(template, report);
  return template ? [template] : [];
}

function readTemplate(path: string, {draft: {loading}}: TaskPlace): Term | undefined {
  const source = loading.files.text(path, {isTemplate: true});
  if (source === undefined) return undefined;
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  const at = locatable({file: loading.files.shown(path), line: 1, column: 1, length: 1}, (offset) =>
    placeAt(starts, offset),
  );
  return {kind: 'text', at, source};
}
