import {isIPv6} from 'node:net';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import type {VarLayer} from './project.js';
import type {Report} from './report.js';

/** A group while the inventory is read. */
export interface GroupDraft {
  readonly name: string;
  readonly parents: Set<string>;
  readonly children: Set<string>;
  /** Hosts that are named in it. */
  readonly hosts: Set<string>;
  readonly layers: VarLayer[];
  /** `ansible_group_priority`: of groups of one depth the higher one wins. */
  priority: number;
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
  const group: GroupDraft = {
    name,
    parents: new Set(),
    children: new Set(),
    hosts: new Set(),
    layers: [],
    priority: 1,
  };
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

/** Puts a group inside of another one; a ring of groups is reported. */
export function addChild(
  draft: InventoryDraft,
  {parent, child}: {readonly parent: string; readonly child: string},
  {at, report}: {readonly at: Span; readonly report: Report},
): boolean {
  if (child === 'all' || isAncestor(draft, child, parent)) {
    report.error(at, `group "${child}" cannot be a child of "${parent}": it is one of its parents`);
    return false;
  }
  groupOf(draft, child).parents.add(parent);
  groupOf(draft, parent).children.add(child);
  return true;
}

function isAncestor(draft: InventoryDraft, candidate: string, group: string): boolean {
  if (candidate === group) return true;
  return [...(draft.groups.get(group)?.parents ?? [])].some((parent) => isAncestor(draft, candidate, parent));
}

/** Reports a name that no group can have. */
export function checkGroupName(name: string, at: Span, report: Report): void {
  if (!/^[\w.-]+$/.test(name))
    report.error(at, `"${name}" cannot be the name of a group`, 'write letters, digits, "_", "-" and "."');
}

/** Whether a host can have a name; one that cannot is reported. */
export function checkHostName(name: string, at: Span, report: Report): boolean {
  if (/^[\w.:%-]+$/.test(name)) return true;
  report.error(at, `"${name}" cannot be the name of a host`, 'write letters, digits, "_", "-", "." and ":"');
  return false;
}

/** Takes the port off a name: `h1:2222`, `www[01:03]:22`, `[2001:db8::1]:22`. */
export function hostAndPort(text: string): {readonly name: string; readonly port: number | undefined} {
  const {name = text, port} = /^(?<name>(?:[^:[\]]|\[[^\]]*\])+):(?<port>\d+)$/.exec(text)?.groups ?? {};
  const inner = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : '';
  return {name: inner !== '' && isIPv6(inner) ? inner : name, port: port === undefined ? undefined : Number(port)};
}

/** Takes `ansible_group_priority` out of a group's variables: it orders groups, and is none of them. */
export function takePriority(group: GroupDraft, layer: VarLayer, report: Report): VarLayer {
  const term: Term | undefined = layer.entries.get('ansible_group_priority');
  if (term === undefined) return layer;
  const value = term.kind === 'literal' ? Number(term.value) : Number.NaN;
  if (Number.isInteger(value)) group.priority = value;
  else
    report.error(
      term.at,
      '"ansible_group_priority" must be a whole number',
      'of groups that are equally deep the higher one wins',
    );
  return {...layer, entries: new Map([...layer.entries].filter(([name]) => name !== 'ansible_group_priority'))};
}
