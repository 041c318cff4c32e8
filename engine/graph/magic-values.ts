import {dirname, resolve} from 'node:path';
import {omit} from '../language/omit.js';
import type {Play, Project, RoleUse, Task} from '../load/project.js';
import {batchOf, selectedHosts, type Standing} from './standing.js';

/** Whose names they are. */
export interface MagicUse {
  readonly host: string;
  readonly play?: Play;
  readonly task?: Task;
}

interface Around {
  readonly project: Project;
  readonly standing: Standing;
}

interface Known {
  /** What must be there for the name to be there. */
  readonly of?: 'play' | 'role' | 'inventory';
  readonly tell: (use: MagicUse, around: Around) => unknown;
}

const ofPlay = (tell: (play: Play, use: MagicUse, standing: Standing) => unknown): Known => ({
  of: 'play',
  tell: (use, {standing}) => use.play && tell(use.play, use, standing),
});
const ofRole = (tell: (role: RoleUse) => unknown): Known => ({
  of: 'role',
  tell: ({task}) => task?.role && tell(task.role),
});
const ofInventory = (tell: (source: string) => unknown): Known => ({
  of: 'inventory',
  tell: (_, {project}) => tell(resolve(project.inventory.sources[0] ?? '')),
});
const always = (tell: Known['tell']): Known => ({tell});

/** The names whose values are known before the first connection. */
const known: Readonly<Record<string, Known>> = {
  inventory_hostname: always(({host}) => host),
  inventory_hostname_short: always(({host}) => host.split('.')[0]),
  inventory_file: ofInventory((source) => source),
  inventory_dir: ofInventory(dirname),
  groups: always((_, {project}) =>
    Object.assign(Object.create(null) as object, Object.fromEntries(project.inventory.groups)),
  ),
  group_names: always(({host}, {project}) =>
    (project.inventory.hosts.get(host)?.groups ?? []).filter((group) => group !== 'all').sort(),
  ),
  play_name: ofPlay(({name}) => name),
  ansible_play_name: ofPlay(({name}) => name),
  play_hosts: ofPlay((play, _, standing) => selectedHosts(standing, play)),
  ansible_play_hosts: ofPlay((play, _, standing) => selectedHosts(standing, play)),
  ansible_play_hosts_all: ofPlay(({hosts}) => hosts),
  ansible_play_batch: ofPlay((play, {host}, standing) => batchOf(standing, play, host)),
  ansible_role_names: ofPlay(({roleNames}) => [...roleNames.dependent, ...roleNames.direct]),
  ansible_play_role_names: ofPlay(({roleNames}) => roleNames.direct),
  ansible_dependent_role_names: ofPlay(({roleNames}) => roleNames.dependent),
  playbook_dir: ofPlay(({file}) => dirname(file)),
  role_name: ofRole(({name}) => name),
  ansible_role_name: ofRole(({name}) => name),
  role_path: ofRole(({path}) => path),
  ansible_limit: always((_, {standing}) => standing.selection.limit ?? ''),
  ansible_run_tags: always((_, {standing: {selection}}) => (selection.tags.length === 0 ? ['all'] : selection.tags)),
  ansible_skip_tags: always((_, {standing}) => standing.selection.skipTags),
  ansible_version: always((_, {standing}) => versionParts(standing.version)),
  omit: always(() => omit),
};

/** The names that are known before the first connection. */
export const knownNames: ReadonlySet<string> = new Set(Object.keys(known));

/** Whether a use has such a name: `role_name` is there in roles alone. */
export function hasMagic(name: string, {play, task}: MagicUse, {project}: Pick<Around, 'project'>): boolean {
  if (!knownNames.has(name)) return false;
  switch (known[name]?.of) {
    case 'play':
      return play !== undefined;
    case 'role':
      return task?.role !== undefined;
    case 'inventory':
      return project.inventory.sources.length > 0;
    case undefined:
      return true;
  }
}

/** The value of such a name for a use that has it. */
export function magicValue(name: string, use: MagicUse, around: Around): unknown {
  return Object.hasOwn(known, name) ? known[name]?.tell(use, around) : undefined;
}

function versionParts(version: string): Readonly<Record<string, unknown>> {
  const [major = 0, minor = 0, revision = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return {full: version, string: version, major, minor, revision};
}
