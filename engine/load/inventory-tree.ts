import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {checkTerm} from './check-term.js';
import type {Files} from './files.js';
import {expandRange} from './host-range.js';
import {
  addChild,
  addHost,
  checkGroupName,
  checkHostName,
  groupOf,
  hostAndPort,
  takePriority,
  type InventoryDraft,
} from './inventory-draft.js';
import {makeLayer} from './layer.js';
import {entriesOf, memberOf, textOf} from './plain.js';
import {rank, type VarLayer} from './project.js';
import type {Report} from './report.js';
import type {Schemas} from './schema.js';

/** Adds the groups, hosts and variables of one YAML file to a draft. */
export function readInventoryFile(
  draft: InventoryDraft,
  path: string,
  {files, schemas, report}: {readonly files: Files; readonly schemas: Schemas; readonly report: Report},
): void {
  const read = files.read(path, {at: undefined, what: 'inventory'});
  if (!read) return;
  const plugin = memberOf(read, 'plugin');
  const origin = files.shown(path);
  if (plugin && textOf(plugin) !== undefined) {
    report.error(
      plugin.at,
      `the inventory plugin "${textOf(plugin) ?? ''}" is one of Ansible's own`,
      `write an executable file that runs: exec ansible-inventory -i ${origin} --list`,
    );
    return;
  }
  const term = checkTerm(read, schemas.validator('inventory'), {subject: 'the inventory', report});
  for (const {key, keyAt, value} of entriesOf(term))
    readGroup(draft, {name: key, at: keyAt, body: value}, {origin, report});
}

interface GroupSource {
  readonly name: string;
  readonly at: Span;
  readonly body: Term;
}

interface Reading {
  readonly origin: string;
  readonly report: Report;
}

function readGroup(draft: InventoryDraft, {name, at, body}: GroupSource, {origin, report}: Reading): void {
  checkGroupName(name, at, report);
  const group = groupOf(draft, name);
  const members = new Map(entriesOf(body).map(({key, value}) => [key, value]));
  const vars = members.get('vars');
  if (vars) {
    const layer = makeLayer(vars, {rank: rank.inventoryGroup, origin: `${origin}, group ${name}`, report});
    group.layers.push(takePriority(group, layer, report));
  }
  for (const {key, keyAt, value} of entriesOf(members.get('hosts')))
    readHosts(draft, {pattern: key, at: keyAt, vars: value, group: name}, {origin, report});
  for (const {key, keyAt, value} of entriesOf(members.get('children'))) {
    if (addChild(draft, {parent: name, child: key}, {at: keyAt, report}))
      readGroup(draft, {name: key, at: keyAt, body: value}, {origin, report});
  }
}

interface HostsSource {
  /** A name or a range. */
  readonly pattern: string;
  readonly at: Span;
  readonly vars: Term;
  readonly group: string;
}

function readHosts(draft: InventoryDraft, {pattern, at, vars, group}: HostsSource, {origin, report}: Reading): void {
  const {name, port} = hostAndPort(pattern);
  const names = expandRange(name);
  if ('problem' in names) {
    report.error(at, names.problem);
    return;
  }
  if (!names.every((host) => checkHostName(host, at, report))) return;
  const layers = [
    ...(port === undefined ? [] : [portLayer(port, {at, origin: `${origin}, host ${pattern}`})]),
    makeLayer(vars, {rank: rank.inventoryHost, origin: `${origin}, host ${pattern}`, report}),
  ].filter(({entries}) => entries.size > 0);
  for (const host of names) {
    addHost(draft, host, {at, group});
    if (layers.length > 0) draft.hosts.get(host)?.layers.push(...layers);
  }
}

/** The layer of a port that was written behind a name. */
export function portLayer(port: number, {at, origin}: {readonly at: Span; readonly origin: string}): VarLayer {
  return {rank: rank.inventoryHost, origin, entries: new Map([['ansible_port', {kind: 'literal', at, value: port}]])};
}
