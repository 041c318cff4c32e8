import {CommandFailed, sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {aptSourcesFact, type AptSources} from './facts/apt_sources.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {packageListsFact} from './facts/package_lists.js';
import {applyEdit, planEdit, type TextChange} from './files/text-edit.js';
import {sha256} from './files/write.js';

export interface AptRepositoryArgs {
  readonly repo: string;
  readonly state: 'present' | 'absent';
  readonly filename?: string;
  readonly mode?: string;
  readonly update_cache: boolean;
}

interface Facts {
  readonly sources: AptSources;
  readonly file: FileState;
  readonly parent: FileState;
}

interface RepositoryChange extends Change {
  readonly edit?: TextChange;
  /** Files without the line; an empty text is a file that goes. */
  readonly without: Readonly<Record<string, string>>;
  readonly update: boolean;
  /** What stood in the file that is edited; null: there was none. */
  readonly before: string | null;
}

const folder = '/etc/apt/sources.list.d';

export const aptRepository: TaskModule<AptRepositoryArgs, Facts, RepositoryChange> = {
  name: 'apt_repository',
  reads: (args) => ({
    sources: ask(aptSourcesFact, {}),
    file: ask(fileFact, {path: fileOf(args), content: true}),
    parent: ask(fileFact, {path: folder, digest: false}),
  }),
  plan(args, {sources, file, parent}) {
    if (!sources.apt)
      refuse(
        'this machine has no apt',
        'a module of its own manager, or a file of yours, says where its packages come from',
      );
    const line = canonical(args.repo);
    const holding = Object.keys(sources.files).filter((path) => linesOf(sources.files[path]).includes(line));
    const fresh = args.update_cache ? [promise(packageListsFact, {}, {age: 0})] : [];
    const base = {kind: 'state', update: args.update_cache, before: file.content ?? null} as const;
    if (args.state === 'absent') {
      if (holding.length === 0) return undefined;
      const without = Object.fromEntries(holding.map((path) => [path, withoutLine(sources.files[path] ?? '', line)]));
      return {
        ...base,
        summary: `take '${line}' from ${holding.join(', ')}`,
        makes: [...Object.entries(without).map(([path, text]) => promise(fileFact, {path}, written(text))), ...fresh],
        without,
      };
    }
    const target = fileOf(args);
    const elsewhere = holding.length > 0 && !holding.includes(target);
    if (elsewhere) return undefined;
    const options = {
      file,
      parent,
      create: true,
      unsafeWrites: false,
      ...(args.mode === undefined ? {} : {mode: args.mode}),
    };
    const edit = planEdit({...options, summary: `have '${line}'`}, (text) =>
      linesOf(text).includes(line) ? text : `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`,
    );
    if (edit === undefined) return undefined;
    return {...base, summary: edit.summary, makes: [...edit.makes, ...fresh], edit, without: {}};
  },
  async apply(host, {edit, without, update, before}) {
    if (edit !== undefined) await applyEdit(host, edit);
    for (const [path, text] of Object.entries(without)) {
      if (text === '') await host.run(sh`rm -f -- ${path}`);
      else await host.put(path, text);
    }
    if (!update) return;
    const result = await host.exec(
      'apt-get -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any update && touch /var/lib/apt/lists',
      {timeout: 1800, environment: {DEBIAN_FRONTEND: 'noninteractive'}},
    );
    if (result.code === 0) return;
    // A source that cannot be read would fail every later update.
    if (edit !== undefined) {
      if (before === null) await host.exec(sh`rm -f -- ${edit.write.path}`);
      else await host.put(edit.write.path, before);
    }
    throw new CommandFailed('update of the package lists', result, 'the source was taken out again');
  },
  output: (args, {sources}) => ({
    repo: canonical(args.repo),
    state: args.state,
    sources: Object.keys(sources.files).filter((path) => linesOf(sources.files[path]).includes(canonical(args.repo))),
  }),
};

/** The file of a source: as it is told, else made of what the source's address is. */
function fileOf({repo, filename}: AptRepositoryArgs): string {
  if (filename?.startsWith('/') === true) return filename;
  const address =
    repo
      .replace(/\[[^\]]*\]/, '')
      .trim()
      .split(/\s+/)[1] ?? '';
  const name =
    filename ??
    address
      .replace(/^[\w+]+:\/*/, '')
      .replace(/^[^/@]*@/, '')
      .replace(/[^a-zA-Z0-9]+/g, '_')
      .replace(/^_|_$/g, '');
  return `${folder}/${name.replace(/\.list$/, '')}.list`;
}

/** A source without comment and with single blanks. */
function canonical(line: string): string {
  return line
    .replace(/\s#.*$/, '')
    .trim()
    .replace(/\s+/g, ' ');
}

function linesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .map(canonical);
}

function withoutLine(text: string, line: string): string {
  const kept = text.split('\n').filter((each) => each.trimStart().startsWith('#') || canonical(each) !== line);
  return kept.every((each) => each.trim() === '') ? '' : kept.join('\n');
}

function written(text: string): Partial<FileState> {
  if (text === '') return {exists: false, type: 'absent'};
  return {exists: true, type: 'file', content: text, sha256: sha256(text), size: Buffer.byteLength(text)};
}
