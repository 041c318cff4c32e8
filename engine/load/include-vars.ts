import {join, resolve} from 'node:path';
import type {DictEntry, Term} from '../language/term.js';
import {membersOf, withLayers} from './inherited.js';
import {makeFileLayer} from './layer.js';
import type {TaskPlace} from './loading.js';
import {memberOf} from './plain.js';
import {rank, type VarLayer} from './project.js';
import {knownText} from './known-value.js';
import {filesUnder} from './vars-folder.js';

type DictTerm = Extract<Term, {kind: 'dict'}>;

/** The keys of `include_vars` that mean something here. */
const known = ['file', 'dir', 'name'];

/**
 * `include_vars` as the `set_fact` that it comes to: the file is read now, and its variables are set in the task's turn, under its conditions. What they
 * name of each other is found in the file. Undefined where the file cannot be known, which is reported.
 */
export function includedVars(
  term: DictTerm,
  place: TaskPlace,
): {readonly term: DictTerm; readonly place: TaskPlace} | undefined {
  const members = membersOf(term.entries);
  const value = members.get('include_vars');
  const own = term.entries.find(({key}) => key === 'include_vars');
  if (value === undefined || own === undefined) return undefined;
  const {report} = place.draft.loading;
  if (value.kind === 'dict')
    for (const {key, keyAt} of value.entries.filter(({key}) => !known.includes(key)))
      report.error(keyAt, `"include_vars" has no "${key}" here`, `it has ${known.join(', ')}`);
  const layers = layersOf(value, place);
  if (layers === undefined) return undefined;
  const entries = [...new Map(layers.flatMap((layer) => [...layer.entries]))].map(([key, each]): DictEntry => ({
    key,
    keyAt: own.keyAt,
    value: each,
  }));
  const all: DictTerm = {kind: 'dict', at: own.keyAt, entries};
  const name = knownText(memberOf(value, 'name'), place);
  const set: Term = name === undefined ? all : {...all, entries: [{key: name, keyAt: own.keyAt, value: all}]};
  return {
    term: {
      ...term,
      entries: [
        {key: 'set_fact', keyAt: own.keyAt, value: set},
        ...(members.has('name') ? [] : [titleOf(own, layers)]),
        ...term.entries.filter((each) => each !== own),
      ],
    },
    place: name === undefined ? {...place, keywords: withLayers(place.keywords, layers)} : place,
  };
}

function titleOf({keyAt}: DictEntry, layers: readonly VarLayer[]): DictEntry {
  const title = `include_vars ${layers.map(({origin}) => origin).join(' ')}`;
  return {key: 'name', keyAt, value: {kind: 'literal', at: keyAt, value: title}};
}

function layersOf(value: Term, place: TaskPlace): readonly VarLayer[] | undefined {
  const {report, files} = place.draft.loading;
  const dir = memberOf(value, 'dir');
  const written = dir ?? memberOf(value, 'file') ?? value;
  const name = knownText(written, place);
  if (name === undefined) {
    report.error(
      written.at,
      'a file of variables must be known before the run',
      'write one "include_vars" for each file, and say by "when" which counts: when: os.family == "debian"',
    );
    return undefined;
  }
  const folders = [
    ...(place.role ? [join(place.role.path, 'vars'), place.role.path] : []),
    place.folder,
    join(place.draft.folder, 'vars'),
    place.draft.folder,
  ];
  const isThere = (path: string): boolean => (dir === undefined ? files.isFile(path) : files.isFolder(path));
  const path = folders.map((folder) => resolve(folder, name)).find(isThere) ?? resolve(folders[0] ?? '', name);
  if (dir !== undefined && !files.isFolder(path)) {
    report.error(written.at, `folder of variables "${files.shown(path)}" is not there`);
    return undefined;
  }
  const paths = dir === undefined ? [path] : filesUnder(path, files);
  return paths.map((each) =>
    makeFileLayer(files.read(each, {at: written.at, what: 'file of variables'}), {
      rank: rank.includeParams,
      origin: files.shown(each),
      report,
    }),
  );
}
