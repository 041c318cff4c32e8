import {createHash} from 'node:crypto';
import {isUtf8} from 'node:buffer';
import {readFileSync, statSync, readdirSync} from 'node:fs';
import {isAbsolute, join, relative, resolve} from 'node:path';
import type {Term} from '../language/term.js';
import {BadInput} from '../diagnostic.js';
import {reasonOf} from '../reason.js';
import type {Span} from '../span.js';
import type {Report} from './report.js';
import {believe, keptForm, keptTemplate, termOfKept, type KeptTerms} from './kept-term.js';
import {hideTerm, sealedInJson, startsSealed, unsealedFile, unsealedTerm, type Unsealing} from './sealed.js';
import {isSealed} from '../vault/format.js';
import {PasswordWanted} from '../vault/vault.js';
import {parseYaml, type YamlOptions} from './yaml.js';

/** The user's files: each is looked at, read and parsed once. */
export interface Files {
  readonly cwd: string;
  /** How the user would name an absolute path: relative to the working folder where it lies in it. */
  shown(path: string): string;
  /**
   * The YAML of a file; undefined where it is empty, broken (reported), or not there (reported at `at` with `what`).
   * With `mayKeep` it may have been read by an earlier command: variables, which may be secrets, are read each time.
   */
  read(
    path: string,
    wanted: {readonly at: Span | undefined; readonly what: string; readonly mayKeep?: boolean},
  ): Term | undefined;
  /** The text of a file, opened where it is sealed; undefined where it cannot be read, which is reported. Of a template it may be known that nothing is wrong with it. */
  text(path: string, options?: {readonly isTemplate?: boolean}): string | undefined;
  /** Opens a file that is sent somewhere, if it is sealed, so that what is wrong is told at `at` beforehand. */
  tryToOpen(path: string, at: Span): void;
  /** Opens a value that stands encrypted in JSON; gives any other one as it is. */
  unseal(term: Term): Term;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  isExecutable(path: string): boolean;
  /** Names in a folder, sorted; none when it is not there. Asked once. */
  list(path: string): ReadonlySet<string>;
  /** All files that were read, by absolute path, with the sha256 of their bytes. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Opens the files under a working folder; `unsealing` opens those that are encrypted. */
export function createFiles(
  cwd: string,
  report: Report,
  unsealing: Unsealing & {
    readonly texts?: ReadonlyMap<string, string> | undefined;
    readonly kept?: KeptTerms | undefined;
  } = {
    vault: undefined,
    keepSealed: false,
  },
): Files {
  const parsed = new Map<string, Term | undefined>();
  const texts = new Map<string, string | undefined>();
  const kinds = new Map<string, Kind>();
  const listed = new Map<string, ReadonlySet<string>>();
  const sources = new Map<string, string>();
  const shown = (path: string): string => {
    const short = relative(cwd, resolve(cwd, path));
    return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short;
  };
  const kind = (path: string): Kind => {
    if (!kinds.has(path)) kinds.set(path, unsealing.texts?.has(path) ? 'file' : kindOnDisk(path));
    return kinds.get(path);
  };
  return {
    cwd,
    shown,
    sources,
    read(path, {at, what, mayKeep = false}) {
      if (parsed.has(path)) return parsed.get(path);
      if (kind(path) !== 'file') {
        report.error(at, `${what} "${shown(path)}" ${kind(path) === 'folder' ? 'is a folder' : 'is not there'}`);
        return undefined;
      }
      const read = readText(path);
      const term = read && (mayKeep ? keptTerm(path, read) : parsedTerm(path, read));
      parsed.set(path, term);
      return term;
    },
    text(path, {isTemplate = false} = {}) {
      if (!texts.has(path)) texts.set(path, staysSealed(path) ? undefined : textOf(path, isTemplate));
      return texts.get(path);
    },
    tryToOpen(path, at) {
      if (!startsSealed(path) || staysSealed(path)) return;
      const opened = unsealedFile(readFileSync(path, 'latin1'), unsealing, {at, report, name: shown(path)});
      if (opened && isUtf8(opened)) report.secret(opened.toString('utf8'));
    },
    unseal(term) {
      const sealed = sealedInJson(term);
      return sealed === undefined ? term : unsealedTerm(sealed, unsealing, {at: term.at, report});
    },
    isFile: (path) => kind(path) === 'file',
    isFolder: (path) => kind(path) === 'folder',
    isExecutable: (path) => ((statSync(path, {throwIfNoEntry: false})?.mode ?? 0) & 0o111) !== 0,
    list(path) {
      const names = listed.get(path) ?? new Set(kind(path) === 'folder' ? readdirSync(path).sort() : []);
      listed.set(path, names);
      return names;
    },
  };

  function parsedTerm(
    path: string,
    {text, sealed}: TextRead,
    more: Pick<YamlOptions, 'scalars'> = {},
  ): Term | undefined {
    const term = parseYaml(shown(path), text, {report, unsealing, sealed, ...more});
    if (sealed && term) hideTerm(term, report);
    return term;
  }

  /** What was encrypted, or is told of, is not kept. */
  function keptTerm(path: string, read: TextRead): Term | undefined {
    const {kept} = unsealing;
    const digest = sources.get(resolve(cwd, path));
    if (kept === undefined || digest === undefined || /vault/i.test(read.text) || read.sealed)
      return parsedTerm(path, read);
    const known = kept.find(digest);
    if (known !== undefined && known[0] !== 'template') return termOfKept(known, {file: shown(path), text: read.text});
    const told = report.diagnostics.length;
    const scalars: YamlOptions['scalars'] = new Map();
    const term = parsedTerm(path, read, {scalars});
    if (term !== undefined && report.diagnostics.length === told) kept.keep(digest, () => keptForm(term, scalars));
    return term;
  }

  function textOf(path: string, isTemplate: boolean): string | undefined {
    const read = readText(path);
    if (read?.sealed) report.secret(read.text.split(/\{\{.*?\}\}/s));
    else if (read && isTemplate) keepTemplate(path, read.text);
    return read?.text;
  }

  /** Templates are read each time; only that nothing is wrong with one is kept. */
  function keepTemplate(path: string, text: string): void {
    const digest = sources.get(resolve(cwd, path));
    if (digest === undefined) return;
    const known = unsealing.kept?.find(digest);
    if (known?.[0] === 'template') believe(text, known[1]);
    else unsealing.kept?.keep(digest, () => keptTemplate(text));
  }

  /** Without any password a file that only tasks need may stay as it is where nothing is run. */
  function staysSealed(path: string): boolean {
    return unsealing.keepSealed && unsealing.vault?.given !== true && startsSealed(path);
  }

  function readText(path: string): TextRead | undefined {
    const file = shown(path);
    try {
      const given = unsealing.texts?.get(path);
      const bytes = given === undefined ? readFileSync(path) : Buffer.from(given);
      if (given === undefined) sources.set(resolve(cwd, path), createHash('sha256').update(bytes).digest('hex'));
      const sealed = isSealed(bytes);
      const at = {file, line: 1, column: 1, length: 1};
      const open = sealed ? unsealedFile(bytes.toString('latin1'), unsealing, {at, report, name: file}) : bytes;
      return open && {text: new TextDecoder('utf-8', {fatal: true}).decode(open), sealed};
    } catch (error) {
      if (error instanceof PasswordWanted || error instanceof BadInput) throw error;
      const reason = error instanceof TypeError ? 'it is not UTF-8' : reasonOf(error);
      report.error({file, line: 1, column: 1, length: 1}, `"${file}" cannot be read: ${reason}`);
      return undefined;
    }
  }
}

interface TextRead {
  readonly text: string;
  /** It was encrypted. */
  readonly sealed: boolean;
}

type Kind = 'file' | 'folder' | undefined;

function kindOnDisk(path: string): Kind {
  const found = statSync(path, {throwIfNoEntry: false});
  return found?.isDirectory() ? 'folder' : found ? 'file' : undefined;
}

/** The first of the paths that is a file. */
export function firstFile(files: Files, folder: string, names: readonly string[]): string | undefined {
  return names.map((name) => join(folder, name)).find((path) => files.isFile(path));
}
