import {dirname, resolve} from 'node:path';
import {BadInput} from '../diagnostic.js';
import {referencesOf} from '../language/evaluate.js';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {checkLanguage} from './check-language.js';
import {ordered} from './host-order.js';
import {selectHosts} from './host-pattern.js';
import {inherit, membersOf, type Members} from './inherited.js';
import {makeFileLayer, makeLayer} from './layer.js';
import type {LoadedPlay, Loading, PlayDraft, TaskPlace} from './loading.js';
import {entriesOf, itemsOf, memberOf, textOf, textsOf} from './plain.js';
import {roleNamesOf} from './play-roles.js';
import {rank, type Inventory, type Keywords, type Play, type VarLayer} from './project.js';
import {readPrompts} from './prompts.js';
import {knownText, knownValue, type KnownNames} from './known-value.js';
import type {Report} from './report.js';
import {useRoleEntry} from './role-entry.js';
import {roleNameOf} from './role-search.js';
import {joinParts} from './role-use.js';
import {readHandlers, readTasks} from './task-list.js';

export interface PlaySource {
  /** Absolute path of the playbook. */
  readonly file: string;
  /** Keywords of `import_playbook`. */
  readonly keywords: Keywords;
  readonly inventory: Inventory;
}

/** Reads one play whose schema was checked. */
export function readPlay(
  term: Extract<Term, {kind: 'dict'}>,
  {file, keywords: outer, inventory}: PlaySource,
  loading: Loading,
): LoadedPlay | undefined {
  const {report} = loading;
  const members = membersOf(term.entries);
  const hostsTerm = members.get('hosts');
  if (!hostsTerm) return undefined;
  const folder = dirname(file);
  const names = new Map([
    ...entriesOf(members.get('vars')).map(({key, value}) => [key, value] as const),
    ...loading.extraVars.entries,
  ]);
  const draft: PlayDraft = {loading, folder, names, handlers: [], demands: [], uses: new Map(), imported: new Set()};
  const keywords = inherit(outer, members, {report, modules: loading.modules, known: names});
  const known = new Map([...loading.extraVars.entries, ['playbook_dir', pathTerm(folder, hostsTerm.at)]]);
  const place: TaskPlace = {draft, keywords, role: undefined, folder, trail: [], known};
  const patterns = patternsOf(hostsTerm, members, loading);
  const pattern = patterns.join(':');
  const patternAt = hostsTerm.kind === 'list' ? (hostsTerm.items[0]?.at ?? hostsTerm.at) : hostsTerm.at;
  const sections: Play['sections'] = {
    preTasks: readTasks(members.get('pre_tasks'), place),
    roles: joinParts(itemsOf(members.get('roles')).flatMap((each) => useRoleEntry(place, each))),
    tasks: readTasks(members.get('tasks'), place),
    postTasks: readTasks(members.get('post_tasks'), place),
  };
  const play: Play = {
    name: textOf(members.get('name')) ?? pattern,
    at: term.at,
    file,
    pattern,
    patternAt,
    hosts: ordered(
      hostsOf(inventory, {pattern, at: patternAt, isKnown: patterns.length > 0}, loading),
      members.get('order'),
      loading.random,
    ),
    needs: members.has('needs') ? textsOf(members.get('needs')).map(({text, at}) => ({name: text, at})) : undefined,
    serial: batches(members.get('serial'), report),
    maxFailPercentage: percentageOf(members.get('max_fail_percentage'), names, report),
    forceHandlers: booleanOf(members.get('force_handlers')) ?? false,
    layers: playLayers(members, place, loading),
    sections,
    handlers: [...draft.handlers, ...readHandlers(members.get('handlers'), place)],
    tags: keywords.tags,
    roleNames: roleNamesOf(namesOfRoles(members.get('roles')), sections.roles),
  };
  return {play, demands: draft.demands, prompts: readPrompts(members.get('vars_prompt'), report)};
}

/** The patterns that name the hosts; those of variables of the play or of `-e` filled in. None where they are not known, which is reported. */
function patternsOf(term: Term, members: Members, {extraVars, report}: Loading): readonly string[] {
  const given = new Map(entriesOf(members.get('vars')).map(({key, value}) => [key, value]));
  for (const [name, value] of extraVars.entries) given.set(name, value);
  const all = (term.kind === 'list' ? term.items : [term]).map((item) => {
    const names = item.kind === 'text' ? referencesOf(item).map(({path: [root]}) => String(root)) : [];
    const known = new Map([...given].filter(([name]) => names.includes(name)));
    const text = knownText(item, {known});
    if (text === undefined && item.kind !== 'literal')
      report.error(
        item.at,
        'the hosts of a play must be known before the run',
        'write the names of hosts or groups of the inventory, or a variable of the play or of "-e"',
      );
    return text;
  });
  return all.filter((text) => text !== undefined);
}

function hostsOf(
  inventory: Inventory,
  {pattern, at, isKnown}: {readonly pattern: string; readonly at: Span; readonly isKnown: boolean},
  {report, anyHosts}: Loading,
): readonly string[] {
  if (!isKnown) return [];
  if (pattern === '') {
    report.error(at, 'a play names its hosts', 'write the names of hosts or groups of the inventory');
    return [];
  }
  // Whoever leaves a group empty wants nothing of the plays for it; a name that is no group's remains a mistake.
  if (pattern !== 'all' && inventory.groups.get(pattern)?.length === 0) return [];
  try {
    return selectHosts(inventory, pattern, at);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    if (!anyHosts) error.diagnostics.forEach(report.add);
    return [];
  }
}

function pathTerm(path: string, at: Span): Term {
  return {kind: 'literal', at, value: path};
}

function playLayers(members: Members, place: TaskPlace, {files, report}: Loading): readonly VarLayer[] {
  const vars = members.get('vars');
  const own = vars
    ? [makeLayer(vars, {rank: rank.playVars, origin: `play at ${vars.at.file}:${vars.at.line}`, report})]
    : [];
  const fromFiles = listed(members.get('vars_files')).flatMap((item) => {
    const name = knownText(item, place);
    if (name === undefined) {
      if (item.kind === 'text' || item.kind === 'expression')
        report.error(
          item.at,
          'a file of variables must be known before the run',
          'use group_vars for what differs between hosts',
        );
      return [];
    }
    const path = resolve(place.folder, name);
    const term = files.read(path, {at: item.at, what: 'file of variables'});
    return [makeFileLayer(term, {rank: rank.playVarsFiles, origin: files.shown(path), report})];
  });
  return [...own, ...fromFiles].filter((layer) => layer.entries.size > 0);
}

function namesOfRoles(list: Term | undefined): readonly string[] {
  return itemsOf(list).flatMap((term) => {
    const name = textOf(memberOf(term, 'role') ?? memberOf(term, 'name') ?? term);
    return name === undefined ? [] : [roleNameOf(name)];
  });
}

function listed(term: Term | undefined): readonly Term[] {
  return term?.kind === 'list' ? term.items : term ? [term] : [];
}

function batches(term: Term | undefined, report: Report): Play['serial'] {
  return listed(term).flatMap((item): Play['serial'] => {
    const value = item.kind === 'literal' ? item.value : undefined;
    if (item.kind === 'text' || item.kind === 'expression') {
      checkLanguage(item, report);
      return [{term: item}];
    }
    if (typeof value === 'number') return [value];
    return typeof value === 'string' && value.endsWith('%') ? [{percent: Number(value.slice(0, -1))}] : [];
  });
}

function booleanOf(term: Term | undefined): boolean | undefined {
  return term?.kind === 'literal' && typeof term.value === 'boolean' ? term.value : undefined;
}

function percentageOf(term: Term | undefined, names: KnownNames, report: Report): number | undefined {
  if (term === undefined) return undefined;
  if (term.kind === 'literal') return typeof term.value === 'number' ? term.value : undefined;
  checkLanguage(term, report);
  const known = knownValue(term, names);
  const value = typeof known === 'number' || typeof known === 'string' ? Number(known) : undefined;
  if (value !== undefined && value >= 0 && value <= 100) return value;
  report.error(
    term.at,
    '"max_fail_percentage" must be known before the run, and a number from 0 to 100',
    'write the number, or a variable of the play or of "-e" that is one',
  );
  return undefined;
}
