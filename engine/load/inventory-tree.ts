import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {checkTerm} from './check-term.js';
import type {Files} from './files.js';
import {expandRange} from './host-range.js';
import {makeLayer} from './layer.js';
import {entriesOf} from './plain.js';
import {rank, type VarLayer} from './project.js';
import type {Report} from './report.js';
import type {Schemas} from './schema.js';

/** A group while the inventory is read. */
export interface GroupDraft {
  readonly name: string;
  readonly parents: Set<string>;
  readonly children: Set<string>;
  /** Hosts that are named in it. */
  readonly hosts: Set<string>;
  readonly layers: VarLayer[];
}

/** An inventory while it is read: all sources go into one. */
export interface InventoryDraft {
  readonly groups: Map<string, GroupDraft>;
  readonly hosts: Map<string, {readonly at: Span; readonly layers: VarLayer[]}>;
}

/** An inventory without hosts. */
export function createDraft(): InventoryDraft {
  const draft: InventoryDraft = {groups: new Map(), hosts: new Map()};
  groupOf(draft, 'all');
  groupOf(draft, 'ungrouped');
  return draft;
}

/** The group of a name, made at the first question. */
export function groupOf(draft: InventoryDraft, name: string): GroupDraft {
  const known = draft.groups.get(name);
  if (known) return known;
  const group: GroupDraft = {name, parents: new Set(), children: new Set(), hosts: new Set(), layers: []};
  draft.groups.set(name, group);
  return group;
}

/** Adds a host by its name; a name that is there already stays where it was. */
export function addHost(
  draft: InventoryDraft,
  name: string,
  {at, group}: {readonly at: Span; readonly group: string},
): void {
  if (!draft.hosts.has(name)) draft.hosts.set(name, {at, layers: []});
  groupOf(draft, group).hosts.add(name);
}

/** Adds the groups, hosts and variables of one YAML file to a draft. */
export function readInventoryFile(
  draft: InventoryDraft,
  path: string,
  {files, schemas, report}: {readonly files: Files; readonly schemas: Schemas; readonly report: Report},
): void {
  const read = files.read(path, {at: undefined, what: 'inventory'});
  if (!read) return;
  const term = checkTerm(read, schemas.validator('inventory'), {subject: 'the inventory', report});
  const origin = files.shown(path);
  for (const {key, keyAt, value} of entriesOf(term))
    readGroup(draft, {name: key, at: keyAt, body: value}, {origin, report});
}

interface GroupSource {
  readonly name: string;
  readonly at: Span;
  readonly body: Term;
}

function readGroup(
  draft: InventoryDraft,
  {name, at, body}: GroupSource,
  {origin, report}: {readonly origin: string; readonly report: Report},
): void {
  if (!/^[\w.-]+$/.test(name))
    report.error(at, `"${name}" cannot be the name of a group`, 'write letters, digits, "_", "-" and "."');
  const group = groupOf(draft, name);
  const members = new Map(entriesOf(body).map(({key, value}) => [key, value]));
  const vars = members.get('vars');
  if (vars)
    group.layers.push(
      makeLayer(vars, {
        rank: rank.inventoryGroup,
        origin: `${origin}, group ${name}`,
        report,
      }),
    );
  for (const {key, keyAt, value} of entriesOf(members.get('hosts'))) {
    const names = expandRange(key);
    if ('problem' in names) {
      report.error(keyAt, names.problem);
      continue;
    }
    const bad = names.find((host) => !/^[\w.:%-]+$/.test(host));
    if (bad !== undefined)
      report.error(keyAt, `"${bad}" cannot be the name of a host`, 'write letters, digits, "_", "-", "." and ":"');
    const layer = makeLayer(value, {rank: rank.inventoryHost, origin: `${origin}, host ${key}`, report});
    for (const host of names) {
      addHost(draft, host, {at: keyAt, group: name});
      if (layer.entries.size > 0) draft.hosts.get(host)?.layers.push(layer);
    }
  }
  for (const {key, keyAt, value} of entriesOf(members.get('children'))) {
    if (key === 'all' || isAncestor(draft, key, name)) {
      report.error(keyAt, `group "${key}" cannot be a child of "${name}": it is one of its parents`);
      continue;
    }
    groupOf(draft, key).parents.add(name);
    group.children.add(key);
    readGroup(draft, {name: key, at: keyAt, body: value}, {origin, report});
  }
}

function isAncestor(draft: InventoryDraft, candidate: string, group: string): boolean {
  if (candidate === group) return true;
  return [...(draft.groups.get(group)?.parents ?? [])].some((parent) => isAncestor(draft, candidate, parent));
}
