/** A place where variables may be set. */
export interface PrecedenceRow {
  /** Ansible's number of it. */
  readonly rank: number;
  readonly what: string;
  /** Where it is written, or why there is nothing of that kind here. */
  readonly where: string;
}

/**
 * Ansible's order of precedence, weakest first; the numbers are Ansible's.
 * @see https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html#variable-precedence-where-should-i-put-a-variable
 */
export const precedence = {
  roleDefaults: {
    rank: 2,
    what: 'defaults of a role',
    where: 'its defaults/main.yml, and the defaults of the arguments in its meta/main.yml',
  },
  inventoryGroup: {
    rank: 3,
    what: 'group variables in an inventory',
    where: '"vars" of a group: all first, deeper groups win, then ansible_group_priority, then the later name',
  },
  inventoryGroupVarsAll: {rank: 4, what: 'group_vars/all beside the inventory', where: 'a file or a folder of files'},
  playbookGroupVarsAll: {rank: 5, what: 'group_vars/all beside the playbook', where: 'a file or a folder of files'},
  inventoryGroupVars: {
    rank: 6,
    what: 'group_vars/GROUP beside the inventory',
    where: 'of several inventories the later one wins, then deeper groups',
  },
  playbookGroupVars: {rank: 7, what: 'group_vars/GROUP beside the playbook', where: 'deeper groups win'},
  inventoryHost: {rank: 8, what: 'host variables in an inventory', where: 'what stands below the name of a host'},
  inventoryHostVars: {rank: 9, what: 'host_vars/HOST beside the inventory', where: 'a file or a folder of files'},
  playbookHostVars: {rank: 10, what: 'host_vars/HOST beside the playbook', where: 'a file or a folder of files'},
  playVars: {rank: 12, what: 'variables of a play', where: '"vars" of the play, and of the import_playbook around it'},
  playVarsPrompt: {rank: 13, what: 'answers of a play', where: '"vars_prompt"'},
  playVarsFiles: {rank: 14, what: 'files of a play', where: '"vars_files", a later file wins'},
  roleVars: {rank: 15, what: 'variables of a role', where: 'its vars/main.yml'},
  blockVars: {rank: 16, what: 'variables of a block or an import', where: '"vars" of blocks, inner ones win'},
  taskVars: {rank: 17, what: 'variables of a task', where: '"vars" of the task'},
  setFacts: {rank: 19, what: 'what tasks set in the run', where: '"register" and set_fact, the last one wins'},
  roleParams: {
    rank: 20,
    what: 'arguments of a role',
    where: 'further keys of an entry of "roles", and "vars" of include_role',
  },
  includeParams: {rank: 21, what: 'variables of an include', where: '"vars" of include_tasks'},
  extraVars: {rank: 22, what: 'variables of the command line', where: '-e, a later one wins'},
} as const satisfies Readonly<Record<string, PrecedenceRow>>;

type Ranks = {readonly [Key in keyof typeof precedence]: number};

/** The rank of each kind of place; a higher one wins, among equals the later layer. */
export const rank: Ranks = Object.fromEntries(
  Object.entries(precedence).map(([key, row]) => [key, row.rank]),
) as unknown as Ranks;
