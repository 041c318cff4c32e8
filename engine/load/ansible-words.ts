import type {Term} from '../language/term.js';

/** What to say of a keyword that Ansible has and u7s-play has not. */
export interface Explanation {
  readonly message: string;
  readonly hint: string;
}

const here = (word: string, hint: string): Explanation => ({message: `"${word}" is not a keyword here`, hint});
const later = (word: string, hint: string): Explanation => ({message: `"${word}" is not supported`, hint});

const loops: Readonly<Record<string, string>> = {
  with_items: 'write "loop:" with the same list (a list inside of a list is not flattened)',
  with_list: 'write "loop:" with the same list',
  with_dict: "write \"loop: dict.map(key, {'key': key, 'value': dict[key]})\"",
  with_sequence: 'write "loop:" with the numbers as a list',
  with_fileglob: 'write "loop:" with the names of the files, or copy their folder as a whole',
  with_first_found: 'name the file by a variable that is set for each group',
  with_nested: 'write "loop: a.map(x, b.map(y, [x, y])).flatten()"',
  with_together: 'write "loop:" over a list of maps',
  with_subelements: 'write "loop:" with an expression that gives the pairs',
};

const words: Readonly<Record<string, (word: string) => Explanation>> = {
  include_tasks: (word) => here(word, 'write "import_tasks": what is included is known before the run'),
  include_role: (word) => here(word, 'write "import_role": what is included is known before the run'),
  include: (word) => here(word, 'write "import_tasks", or "import_playbook" among plays'),
  include_vars: (word) => here(word, 'name the file in "vars_files" of the play, or put it in group_vars'),
  import_vars: (word) => here(word, 'name the file in "vars_files" of the play'),
  local_action: (word) => here(word, 'write the module as it is, with "delegate_to: localhost"'),
  action: (word) => here(word, 'write the module as the key: "copy: {…}"'),
  args: (word) => here(word, 'write all arguments under the module'),
  vars_prompt: (word) => later(word, 'give the value by "-e name=value" or "-e @file"'),
  connection: (word) => here(word, 'set the variable: "vars: {ansible_connection: local}"'),
  remote_user: (word) => here(word, 'set the variable: "vars: {ansible_user: name}", or use -u'),
  port: (word) => here(word, 'set the variable ansible_port'),
  become_method: (word) => later(word, 'sudo is used where another user is needed'),
  become_flags: (word) => later(word, 'set up sudo on the host'),
  become_exe: (word) => later(word, 'sudo is used where another user is needed'),
  gather_subset: (word) => later(word, 'remove it: facts are read when something asks for them'),
  gather_timeout: (word) => later(word, 'remove it: facts are read when something asks for them'),
  fact_path: (word) => later(word, 'remove it: facts are read when something asks for them'),
  delegate_facts: (word) => later(word, 'remove it: facts always belong to the host that the task was delegated to'),
  async: (word) => later(word, 'hosts do not wait for each other; remove it, and start what shall go on as a service'),
  poll: (word) => later(word, 'hosts do not wait for each other; remove it'),
  strategy: (word) => later(word, 'remove it: each host goes at its own pace; "needs" orders plays'),
  order: (word) => later(word, 'remove it: hosts go in the order of the inventory, and at the same time'),
  throttle: (word) => later(word, 'use "serial" on the play'),
  timeout: (word) => later(word, 'modules that wait have a timeout of their own'),
  debugger: (word) => later(word, 'use -vv, and --start-at-task to go on'),
  diff: (word) => later(word, 'use --diff; "no_log: true" hides what is secret'),
  collections: (word) => later(word, 'remove it: modules have one name each'),
  module_defaults: (word) => later(word, 'use variables, or a YAML anchor with "<<: *name"'),
  force_handlers: (word) => later(word, 'remove it: pending handlers are kept and run the next time'),
  ignore_unreachable: (word) =>
    later(word, 'use "ignore_errors" where a failure may be passed over; a lost host cannot go on'),
  galaxy_info: (word) => later(word, 'write "description" and "arguments"'),
  allow_duplicates: (word) => later(word, 'use "import_role": it puts the role there each time'),
};

/** Explains a keyword of Ansible that is written otherwise here; undefined for any other word. */
export function explainWord(word: string, value?: Term): Explanation | undefined {
  const short = word.replace(/^ansible\.(?:builtin|legacy)\./, '');
  if (short.startsWith('with_'))
    return {
      message: `"${word}" is written "loop" here`,
      hint: loops[short] ?? 'write "loop:" with a list, or with an expression that gives one',
    };
  if (short === 'tags' || !Object.hasOwn(words, short)) return undefined;
  const explanation = words[short]?.(word);
  const target = value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
  if (explanation && short === 'include_tasks' && target !== undefined)
    return {...explanation, hint: `write "import_tasks: ${target}": what is included is known before the run`};
  return explanation;
}
