/** What to say of a name of Ansible's that is not there: a message that replaces the usual one, and what to write. */
export interface NameExplanation {
  readonly message: string;
  readonly hint: string;
}

/** Facts of Ansible (without `ansible_`) and what to write for them. */
const facts: Readonly<Record<string, string>> = {
  distribution: 'write "os.id" ("debian", in lower case)',
  distribution_version: 'write "os.version"',
  distribution_major_version: 'write "os.version_major" (a number)',
  distribution_release: 'write "os.codename"',
  lsb: 'write "os.id", "os.version" or "os.codename"',
  os_family: 'write "os.family" ("debian", "redhat", … in lower case)',
  architecture: 'write "os.machine" ("x86_64") or "os.arch" ("amd64")',
  machine: 'write "os.machine"',
  userspace_architecture: 'write "os.machine"',
  kernel: 'write "os.kernel"',
  kernel_version: 'write "os.kernel"',
  system: 'remove it: all hosts run Linux',
  hostname: 'write "os.hostname"',
  nodename: 'write "os.hostname"',
  fqdn: 'write "os.hostname", or "inventory_hostname"',
  domain: 'register the output of "command: hostname -d"',
  machine_id: 'write "os.machine_id"',
  virtualization_type: 'write "os.virtualization"',
  virtualization_role: 'write "os.virtualization"',
  processor_vcpus: 'write "os.cpus"',
  processor_nproc: 'write "os.cpus"',
  processor_count: 'write "os.cpus"',
  processor_cores: 'write "os.cpus"',
  memtotal_mb: 'write "os.memory_mib"',
  memory_mb: 'write "os.memory_mib"',
  service_mgr: 'write "os.service_manager"',
  pkg_mgr: 'use the module "package", or decide by "os.family"',
  default_ipv4: 'write "network.default_address", "network.default_gateway" or "network.default_interface"',
  all_ipv4_addresses: 'write "network.addresses"',
  all_ipv6_addresses: 'write "network.interfaces" and their "ipv6"',
  interfaces: 'write "network.interfaces"',
  date_time: 'register the output of "command: date" with the form that you want',
  env: 'register the output of "command: printenv NAME"',
  user_id: 'register the output of "command: id -un"',
  user_dir: 'register the output of "command: printenv HOME"',
  python_interpreter: 'remove it: no Python is needed',
  python: 'remove it: no Python is needed',
  python_version: 'remove it: no Python is needed',
};

const untrue = 'a task that behaves otherwise in a check would make the check untrue';

const names: Readonly<Record<string, NameExplanation>> = {
  ansible_check_mode: {
    message: `"ansible_check_mode" is not told: ${untrue}`,
    hint: 'remove the condition; a task that must run in a check says "check_mode: false" and "changed_when: false"',
  },
  ansible_diff_mode: {message: `"ansible_diff_mode" is not told: ${untrue}`, hint: 'remove the condition'},
  ansible_verbosity: {
    message: '"ansible_verbosity" is not told: what a task does must not depend on what is shown',
    hint: 'remove the condition',
  },
  ansible_forks: {message: '"ansible_forks" is not told', hint: 'say with "throttle" how many hosts do a task at once'},
  ansible_config_file: {message: '"ansible_config_file" is not there: there is no such file here', hint: 'remove it'},
  ansible_playbook_python: {message: '"ansible_playbook_python" is not there: no Python is needed', hint: 'remove it'},
  ansible_inventory_sources: {message: '"ansible_inventory_sources" is not told', hint: 'write "inventory_file"'},
  ansible_parent_role_names: {message: '"ansible_parent_role_names" is not told', hint: 'write "role_name"'},
  ansible_parent_role_paths: {message: '"ansible_parent_role_paths" is not told', hint: 'write "role_path"'},
  ansible_search_path: {message: '"ansible_search_path" is not told', hint: 'write "role_path" or "playbook_dir"'},
  role_names: {message: '"role_names" is not known here', hint: 'write "ansible_role_names"'},
  lookup: {
    message: '"lookup" is not known here',
    hint: 'read files with "slurp" or "vars_files", the environment with "-e"',
  },
};

/** Explains a name of Ansible's that is nowhere defined; `path` is the whole path that begins with it. */
export function explainName(path: readonly (string | number | null)[]): NameExplanation | undefined {
  const [root] = path;
  if (typeof root !== 'string') return undefined;
  if (Object.hasOwn(names, root)) return names[root];
  const hint = root.startsWith('ansible_') ? hintOf(root.slice('ansible_'.length)) : undefined;
  return hint === undefined ? undefined : {message: `"${root}" is a fact of Ansible's, and not known here`, hint};
}

function hintOf(fact: string): string | undefined {
  return Object.hasOwn(facts, fact) ? facts[fact] : undefined;
}
