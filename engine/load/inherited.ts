import type {DictEntry, Term} from '../language/term.js';
import {checkLanguage, conditionsOf} from './check-language.js';
import {checkAccepted} from './accepted-words.js';
import {knownValue, type KnownNames} from './known-value.js';
import {makeLayer} from './layer.js';
import {addModuleDefaults} from './module-defaults.js';
import {textsOf} from './plain.js';
import type {Condition, ContextName, Keywords, VarLayer} from './project.js';
import type {Report} from './report.js';
import {shown} from './schema-problem.js';

/** The keywords of a dict by their names. */
export type Members = ReadonlyMap<string, Term>;

/** The members of a dict; of anything else none (what it is was reported by its schema). */
export function membersOf(entries: readonly DictEntry[]): Members {
  return new Map(entries.map(({key, value}) => [key, value]));
}

/** What holds before the first keyword. */
export const nothingInherited: Keywords = {
  become: undefined,
  becomeUser: undefined,
  context: 'plain',
  environment: [],
  ignoreErrors: undefined,
  ignoreUnreachable: undefined,
  connection: undefined,
  remoteUser: undefined,
  port: undefined,
  moduleDefaults: new Map(),
  noLog: false,
  delegateTo: undefined,
  delegateFacts: false,
  throttle: undefined,
  timeout: undefined,
  runOnce: false,
  anyErrorsFatal: false,
  checkMode: undefined,
  diff: undefined,
  tags: [],
  when: [],
  layers: [],
};

/** Keywords whose templates are evaluated later. */
const evaluated = [
  'become',
  'become_user',
  'environment',
  'ignore_errors',
  'ignore_unreachable',
  'remote_user',
  'port',
  'delegate_to',
  'throttle',
  'timeout',
];

export interface InheritOptions {
  readonly report: Report;
  /** The YAML words of all modules, where `module_defaults` may stand. */
  readonly modules?: ReadonlySet<string>;
  /** What flags that decide the order of things may name. */
  readonly known?: KnownNames | undefined;
  /** The rank of its `vars`, and what they are called; none where the caller reads `vars` itself. */
  readonly vars?: {readonly rank: number; readonly origin: string};
}

/** Puts the keywords of one level (play, role, block, import, task) over what its surroundings gave: the inner one wins; tags, conditions, environments and layers gather, outermost first. */
export function inherit(outer: Keywords, members: Members, {report, vars, modules, known}: InheritOptions): Keywords {
  for (const name of evaluated) {
    const term = members.get(name);
    if (term) checkLanguage(term, report);
  }
  checkAccepted(members, report);
  const flag = (name: string): boolean | undefined => flagOf(name, members.get(name), {report, known});
  return {
    become: members.get('become') ?? outer.become,
    becomeUser: members.get('become_user') ?? outer.becomeUser,
    context: contextOf(members.get('context')) ?? outer.context,
    environment: [...outer.environment, ...flattened(members.get('environment'))],
    ignoreErrors: members.get('ignore_errors') ?? outer.ignoreErrors,
    ignoreUnreachable: members.get('ignore_unreachable') ?? outer.ignoreUnreachable,
    connection: connectionOf(members.get('connection')) ?? outer.connection,
    remoteUser: members.get('remote_user') ?? outer.remoteUser,
    port: members.get('port') ?? outer.port,
    moduleDefaults: addModuleDefaults(outer.moduleDefaults, members.get('module_defaults'), {report, modules}),
    noLog: flag('no_log') ?? outer.noLog,
    delegateTo: members.get('delegate_to') ?? outer.delegateTo,
    delegateFacts: flag('delegate_facts') ?? outer.delegateFacts,
    throttle: members.get('throttle') ?? outer.throttle,
    timeout: members.get('timeout') ?? outer.timeout,
    runOnce: flag('run_once') ?? outer.runOnce,
    anyErrorsFatal: flag('any_errors_fatal') ?? outer.anyErrorsFatal,
    checkMode: flag('check_mode') ?? outer.checkMode,
    diff: flag('diff') ?? outer.diff,
    tags: [...new Set([...outer.tags, ...tagsOf(members.get('tags'), report)])],
    when: [...outer.when, ...conditionsOf(members.get('when'), report)],
    layers: [...outer.layers, ...ownLayer(members.get('vars'), vars, report)],
  };
}

/** Adds layers of variables that come from elsewhere than `vars`. */
export function withLayers(keywords: Keywords, layers: readonly VarLayer[]): Keywords {
  return {...keywords, layers: [...keywords.layers, ...layers]};
}

/** Adds conditions of the surroundings. */
export function withConditions(keywords: Keywords, when: readonly Condition[]): Keywords {
  return {...keywords, when: [...keywords.when, ...when]};
}

/** `a, b` or a list. */
export function tagsOf(term: Term | undefined, report: Report): readonly string[] {
  for (const item of flattened(term)) {
    if (item.kind !== 'text' && item.kind !== 'expression') continue;
    report.error(item.at, 'tags must be known before the run', 'write them as plain words; decide with "when"');
  }
  return textsOf(term).flatMap(({text}) =>
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  );
}

function ownLayer(term: Term | undefined, vars: InheritOptions['vars'], report: Report): readonly VarLayer[] {
  return term && vars ? [makeLayer(term, {...vars, report})].filter((layer) => layer.entries.size > 0) : [];
}

/** A flag that must be known before the run. */
function flagOf(
  name: string,
  term: Term | undefined,
  {report, known = new Map()}: Pick<InheritOptions, 'report' | 'known'>,
): boolean | undefined {
  if (term === undefined) return undefined;
  if (term.kind === 'literal') return typeof term.value === 'boolean' ? term.value : undefined;
  checkLanguage(term, report);
  const value = knownValue(term, known);
  if (typeof value === 'boolean') return value;
  const said = value === undefined ? 'must be known before the run' : `must be true or false, and is ${shown(value)}`;
  report.error(
    term.at,
    `"${name}" ${said}`,
    'write true, false, or a variable of the play or of "-e" that is one of them',
  );
  return undefined;
}

function contextOf(term: Term | undefined): ContextName | undefined {
  const value = term?.kind === 'literal' ? term.value : undefined;
  return value === 'root' || value === 'user' || value === 'namespace' ? value : undefined;
}

function connectionOf(term: Term | undefined): Keywords['connection'] {
  const value = term?.kind === 'literal' ? term.value : undefined;
  return value === 'ssh' || value === 'local' ? value : undefined;
}

function flattened(term: Term | undefined): readonly Term[] {
  return term === undefined ? [] : term.kind === 'list' ? term.items : [term];
}
