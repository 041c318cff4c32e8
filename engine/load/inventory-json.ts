import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {
  addChild,
  addHost,
  checkGroupName,
  checkHostName,
  groupOf,
  takePriority,
  type InventoryDraft,
} from './inventory-draft.js';
import {makeLayer} from './layer.js';
import {checkName} from './names.js';
import {stringTerm} from './plain.js';
import {rank, type VarLayer} from './project.js';
import type {Report} from './report.js';
import {shown} from './schema-problem.js';

export interface JsonReading {
  /** As messages name it: `hosts.py --list`. */
  readonly origin: string;
  /** The program: what it prints has no place of its own. */
  readonly at: Span;
  readonly report: Report;
  /** Opens a value that is encrypted; gives any other one as it is. */
  readonly unseal: (term: Term) => Term;
}

/** Whether a value is a map. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds the groups that an executable inventory lists, in any of the forms that Ansible takes; gives the hosts in them. */
export function addListed(
  draft: InventoryDraft,
  listed: Readonly<Record<string, unknown>>,
  reading: JsonReading,
): ReadonlySet<string> {
  const {origin, at, report} = reading;
  const named = new Set<string>();
  for (const [name, value] of Object.entries(listed)) {
    if (name === '_meta') continue;
    checkGroupName(name, at, report);
    const group = groupOf(draft, name);
    const wrong = (key: string, expected: string, found: unknown): void => {
      report.error(at, `"${origin}" printed the group "${name}" with "${key}" ${shown(found)}; expected ${expected}`);
    };
    const body = bodyOf(name, value);
    if (!body) {
      report.error(at, `"${origin}" printed the group "${name}" as ${shown(value)}; expected a map or a list of hosts`);
      continue;
    }
    const {hosts = [], children = [], vars = {}} = body;
    if (!areNames(hosts)) wrong('hosts', 'a list of names', hosts);
    else
      for (const host of hosts) {
        if (!checkHostName(host, at, report)) continue;
        addHost(draft, host, {at, group: name});
        named.add(host);
      }
    if (!areNames(children)) wrong('children', 'a list of names', children);
    else for (const child of children) addChild(draft, {parent: name, child}, {at, report});
    if (!isRecord(vars)) wrong('vars', 'a map', vars);
    else
      group.layers.push(
        takePriority(group, layerOf(vars, {...reading, rank: rank.inventoryGroup, what: `group ${name}`}), report),
      );
  }
  return named;
}

/** Adds what is known of a host; nothing where that is no map. */
export function addHostVars(
  draft: InventoryDraft,
  {name, vars}: {readonly name: string; readonly vars: unknown},
  reading: JsonReading,
): void {
  if (vars === undefined || vars === null) return;
  if (!isRecord(vars)) {
    const {origin, at, report} = reading;
    report.error(at, `"${origin}" printed ${shown(vars)} for the host "${name}"; expected a map of its variables`);
    return;
  }
  const layer = layerOf(vars, {...reading, rank: rank.inventoryHost, what: `host ${name}`});
  if (layer.entries.size > 0) draft.hosts.get(name)?.layers.push(layer);
}

/** A group is a map, or just the list of its hosts, or a host by itself with its variables. */
function bodyOf(name: string, value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(value)) return {hosts: value};
  if (!isRecord(value)) return undefined;
  const isGroup = ['hosts', 'children', 'vars'].some((key) => Object.hasOwn(value, key));
  return isGroup || Object.keys(value).length === 0 ? value : {hosts: [name], vars: value};
}

function areNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** A layer of what a program printed. A name that no variable can have is left out with a warning: nobody wrote it by hand. */
function layerOf(
  vars: Readonly<Record<string, unknown>>,
  {origin, at, report, unseal, rank: place, what}: JsonReading & {readonly rank: number; readonly what: string},
): VarLayer {
  const forgiving: Report = {...report, error: report.warning};
  const entries = Object.entries(vars)
    .filter(([name]) => checkName(name, {at, what: 'a variable', report: forgiving}))
    .map(([key, value]) => ({key, keyAt: at, value: termOf(value, {at, unseal})}));
  return makeLayer({kind: 'dict', at, entries}, {rank: place, origin: `${origin}, ${what}`, report});
}

function termOf(value: unknown, reading: Pick<JsonReading, 'at' | 'unseal'>): Term {
  const {at, unseal} = reading;
  if (typeof value === 'string') return stringTerm(value, at);
  if (Array.isArray(value)) return {kind: 'list', at, items: value.map((item) => termOf(item, reading))};
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, member]) => ({key, keyAt: at, value: termOf(member, reading)}));
    return unseal({kind: 'dict', at, entries});
  }
  return {kind: 'literal', at, value: value as number | boolean | null};
}
