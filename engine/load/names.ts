import type {Span} from '../span.js';
import type {Report} from './report.js';

/** A name that the engine puts in scope, and when its value is known. */
export interface MagicName {
  readonly name: string;
  readonly description: string;
  /** `load`: before the first connection; `run`: when the task's turn comes. */
  readonly known: 'load' | 'run';
}

/** Every name that stands in scope by itself. No variable, loop variable or registered result may bear one of them. */
export const magicNames: readonly MagicName[] = [
  {name: 'inventory_hostname', description: 'The name of the host in the inventory.', known: 'load'},
  {name: 'inventory_hostname_short', description: 'The name of the host up to its first dot.', known: 'load'},
  {name: 'inventory_dir', description: 'The folder of the (first) inventory, absolute.', known: 'load'},
  {name: 'inventory_file', description: 'The (first) inventory itself, absolute.', known: 'load'},
  {name: 'groups', description: 'The names of the hosts of each group.', known: 'load'},
  {name: 'group_names', description: 'The names of the groups of the host, without all.', known: 'load'},
  {name: 'hostvars', description: 'The variables and registered results of every host, by its name.', known: 'run'},
  {
    name: 'vars',
    description: 'All variables of the host as one map, to ask whether one is there: has(vars.x).',
    known: 'run',
  },
  {
    name: 'ansible_play_hosts',
    description: 'The names of the hosts of the play that are selected, those that have failed since among them.',
    known: 'load',
  },
  {name: 'play_hosts', description: 'The same as ansible_play_hosts.', known: 'load'},
  {
    name: 'ansible_play_hosts_all',
    description: 'The names of all hosts of the play, those that --limit leaves out among them.',
    known: 'load',
  },
  {
    name: 'ansible_play_batch',
    description: 'The names of the hosts of the batch (serial) that the host is in.',
    known: 'load',
  },
  {name: 'ansible_play_name', description: 'The name of the play.', known: 'load'},
  {name: 'play_name', description: 'The same as ansible_play_name.', known: 'load'},
  {name: 'ansible_role_names', description: 'The names of the roles of the play, dependencies first.', known: 'load'},
  {name: 'ansible_play_role_names', description: 'The names of the roles of the play itself.', known: 'load'},
  {name: 'ansible_dependent_role_names', description: 'The names of the roles that these depend on.', known: 'load'},
  {name: 'playbook_dir', description: 'The folder of the playbook, absolute.', known: 'load'},
  {name: 'role_name', description: 'The name of the role that the task belongs to.', known: 'load'},
  {name: 'ansible_role_name', description: 'The same as role_name.', known: 'load'},
  {name: 'role_path', description: 'The folder of that role, absolute.', known: 'load'},
  {name: 'ansible_limit', description: 'What --limit says; empty text without it.', known: 'load'},
  {name: 'ansible_run_tags', description: 'What --tags says, as a list; all without it.', known: 'load'},
  {name: 'ansible_skip_tags', description: 'What --skip-tags says, as a list.', known: 'load'},
  {
    name: 'ansible_version',
    description: 'The version of u7s-play: full, string, major, minor, revision.',
    known: 'load',
  },
  {
    name: 'omit',
    description: 'An argument with this value is as if it had not been written: "{{default mode omit}}".',
    known: 'load',
  },
  {
    name: 'os',
    description:
      'The operating system of the host: family, id, version, version_major, codename, arch, machine, kernel, cpus, memory_mib and more.',
    known: 'run',
  },
  {name: 'network', description: 'The addresses of the host by interface, and its default route.', known: 'run'},
  {
    name: 'ansible_facts',
    description:
      "What Ansible's setup tells of the host, under its names without ansible_: distribution, default_ipv4.",
    known: 'run',
  },
  {name: 'environment', description: 'The environment variables of the task.', known: 'run'},
];

/** Names that only some tasks have. No variable may bear one of them, either. */
export const taskNames: readonly MagicName[] = [
  {name: 'ansible_loop_var', description: 'In a loop: the name of the variable that holds the item.', known: 'run'},
  {name: 'ansible_index_var', description: 'In a loop with index_var: the name of that variable.', known: 'run'},
  {
    name: 'ansible_loop',
    description:
      'In a loop with extended: index, index0, first, last, length, revindex, revindex0, previtem, nextitem, allitems.',
    known: 'run',
  },
  {name: 'ansible_failed_task', description: 'In a rescue: name and action of the task that failed.', known: 'run'},
  {name: 'ansible_failed_result', description: 'In a rescue: what the task that failed recorded.', known: 'run'},
];

/** Names that mean something in the expression language: reserved words, and types that would silently win. */
export const languageNames: ReadonlySet<string> = new Set(
  'namespace package loop var import as let const in true false null if else for while break continue function return void type string int uint double bytes dyn list map bool optional cel has size timestamp duration matches'.split(
    ' ',
  ),
);

const engineNames = [...magicNames, ...taskNames];
const magic: ReadonlySet<string> = new Set(engineNames.map(({name}) => name));

/** Reports a name that no variable may have; `what` says what it was to be: `a variable`. */
export function checkName(
  name: string,
  {at, what, report}: {readonly at: Span; readonly what: string; readonly report: Report},
): boolean {
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    report.error(
      at,
      `"${name}" cannot be the name of ${what}`,
      'write letters, digits and underscores, and no digit first',
    );
    return false;
  }
  if (languageNames.has(name)) {
    report.error(
      at,
      `"${name}" cannot be the name of ${what}: it is a word of the expression language`,
      `choose another name, such as "${name}_name"`,
    );
    return false;
  }
  // `item` is a name of its own kind: it is where a loop puts it, and nowhere else.
  if (magic.has(name) || (name === 'item' && what !== 'a loop variable')) {
    const sense = engineNames.find((known) => known.name === name)?.description ?? 'The item of a loop.';
    report.error(
      at,
      `"${name}" cannot be the name of ${what}: the engine sets it`,
      sense.charAt(0).toLowerCase() + sense.slice(1, -1),
    );
    return false;
  }
  return true;
}
