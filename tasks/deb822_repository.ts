import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type FactRequest, type TaskModule} from '../engine/task.js';
import {repositoryText, sourceSlug, type RepositoryFields} from './deb822/fields.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {urlFact, type UrlState} from './facts/url.js';
import {canonicalMode} from './files/modes.js';
import {demandFolder} from './files/placement.js';
import {planWrite, write, type FileWrite} from './files/write.js';

export interface Deb822RepositoryArgs extends RepositoryFields {
  readonly state: 'present' | 'absent';
  readonly mode: string;
}

interface Facts {
  readonly file: FileState;
  readonly folder: FileState;
  readonly keyFile: FileState;
  readonly keyFolder: FileState;
  /** The key at an address. */
  readonly key: readonly UrlState[];
}

interface RepositoryChange extends Change {
  readonly folders: readonly string[];
  readonly writes: readonly FileWrite[];
  readonly remove: readonly string[];
}

const sources = '/etc/apt/sources.list.d';
const keyrings = '/etc/apt/keyrings';

function paths({name}: Deb822RepositoryArgs): {readonly file: string; readonly key: string} {
  const slug = sourceSlug(name);
  return {file: `${sources}/${slug}.sources`, key: `${keyrings}/${slug}.asc`};
}

/** The address of a key, where it is none of the machine and no text. */
function keyUrl({signed_by: key, state}: Deb822RepositoryArgs): string | undefined {
  return state === 'present' && key !== undefined && /^https?:\/\//.test(key) ? key : undefined;
}

export const deb822Repository: TaskModule<Deb822RepositoryArgs, Facts, RepositoryChange> = {
  name: 'deb822_repository',
  reads: (args) => {
    const url = keyUrl(args);
    return {
      file: ask(fileFact, {path: paths(args).file, content: true}),
      folder: ask(fileFact, {path: sources, digest: false}),
      keyFile: ask(fileFact, {path: paths(args).key, content: true}),
      keyFolder: ask(fileFact, {path: keyrings, digest: false}),
      key: url === undefined ? [] : [keyRequest(url)],
    };
  },
  plan(args, {file, folder, keyFile, keyFolder, key}) {
    const {name} = args;
    if (args.state === 'absent') {
      const remove = [file, keyFile].filter(({exists}) => exists).map(({path}) => path);
      if (remove.length === 0) return undefined;
      const makes = remove.map((path) => promise(fileFact, {path}, {exists: false, type: 'absent'}));
      return {kind: 'state', summary: `take the source '${name}' away`, makes, folders: [], writes: [], remove};
    }
    if (args.uris.length + args.suites.length < 2)
      refuse("a source needs 'uris' and 'suites'", 'for a folder without suites: suites: ./');
    demandFolder(folder, file.path);
    const url = keyUrl(args);
    const text = url === undefined ? undefined : keyText(url, key[0]);
    const mode = canonicalMode(args.mode);
    const signed = text === undefined ? args.signed_by : keyFile.path;
    const writes = [
      text === undefined ? undefined : planWrite(keyFile, {path: keyFile.path, content: text, mode: '0644'}),
      planWrite(file, {path: file.path, content: repositoryText(args, signed), mode}),
    ].filter((each) => each !== undefined);
    if (writes.length === 0) return undefined;
    const folders = text !== undefined && !keyFolder.exists ? [keyrings] : [];
    return {
      kind: 'state',
      summary: `have the source '${name}'`,
      makes: [
        ...folders.map((path) => promise(fileFact, {path}, {exists: true, type: 'directory', mode: '0755'})),
        ...writes.flatMap(({makes}) => makes),
      ],
      folders,
      writes,
      remove: [],
    };
  },
  async apply(host, {folders, writes, remove}) {
    for (const path of folders) await host.run(sh`mkdir -p -m 0755 -- ${path}`);
    for (const each of writes) await write(host, each);
    if (remove.length > 0) await host.run(sh`rm -f -- ${remove}`);
  },
  output: (args) => ({
    repo:
      args.state === 'present'
        ? repositoryText(args, keyUrl(args) === undefined ? args.signed_by : paths(args).key)
        : '',
    dest: paths(args).file,
    ...(keyUrl(args) === undefined ? {} : {key_filename: paths(args).key}),
  }),
};

function keyRequest(url: string): FactRequest<UrlState> {
  return ask(urlFact, {
    url,
    method: 'GET',
    headers: {},
    validateCerts: true,
    timeout: 60,
    followRedirects: true,
    published: true,
  });
}

function keyText(url: string, answer: UrlState | undefined): string {
  if (answer?.status !== 200)
    refuse(`the key at ${url} cannot be read: ${answer?.error ?? `status ${answer?.status ?? 0}`}`);
  if (!answer.content.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----'))
    refuse(
      `what is at ${url} is no key in letters (it does not say BEGIN PGP PUBLIC KEY BLOCK)`,
      `have it by get_url below ${keyrings} and name that path in 'signed_by'`,
    );
  return answer.content;
}
