import {dirname, resolve} from 'node:path';
import type {ScopeSources, ScopeUse} from './scope.js';

/** The names that stand in scope by themselves and need no other name: what `engine/load/names.ts` documents, without `vars`, `hostvars` and `environment`. */
export function magicMembers(sources: ScopeSources, {host, play, task}: ScopeUse): ReadonlyMap<string, () => unknown> {
  const {inventory} = sources.project;
  const role = task?.role;
  const [source] = inventory.sources;
  const members: [string, () => unknown][] = [
    ['inventory_hostname', () => host],
    ['inventory_hostname_short', () => host.split('.')[0]],
    ['groups', () => Object.assign(Object.create(null) as object, Object.fromEntries(inventory.groups))],
    ['group_names', () => (inventory.hosts.get(host)?.groups ?? []).filter((group) => group !== 'all')],
    ...sources.variables.map((name): [string, () => unknown] => [name, () => sources.variable(host, name)]),
  ];
  if (source !== undefined) members.push(['inventory_dir', () => dirname(resolve(source))]);
  if (play) {
    members.push(['play_name', () => play.name]);
    members.push(['play_hosts', () => play.hosts.filter((name) => sources.selected?.has(name) ?? true)]);
    members.push(['playbook_dir', () => dirname(play.file)]);
  }
  if (role) members.push(['role_name', () => role.name], ['role_path', () => role.path]);
  return new Map(members);
}
