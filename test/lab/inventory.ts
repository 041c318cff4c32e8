import {identityFiles} from './identity.js';
import type {LabPlan} from './plan.js';

const groupOf: readonly (readonly [pattern: RegExp, group: string])[] = [
  [/^lb[0-9]/, 'balancers'],
  [/^cp[0-9]/, 'control_plane'],
  [/^w[0-9]/, 'workers'],
];

/** An inventory of the lab's hosts as YAML, for tests that start a lab of their own: the same groups as `inventories/lab`. */
export function inventoryOf(plan: LabPlan): string {
  const {key, knownHosts} = identityFiles(plan.name);
  const groups = new Map<string, string[]>();
  for (const {name, address} of plan.hosts) {
    const group = groupOf.find(([pattern]) => pattern.test(name))?.[1] ?? 'others';
    groups.set(group, [...(groups.get(group) ?? []), `        ${name}: {ansible_host: ${address}}`]);
  }
  const children = [...groups].flatMap(([group, hosts]) => [`    ${group}:`, '      hosts:', ...hosts]);
  const vars = [
    '    ansible_user: root',
    `    ansible_ssh_private_key_file: ${JSON.stringify(key)}`,
    `    ansible_ssh_known_hosts_file: ${JSON.stringify(knownHosts)}`,
  ];
  return ['all:', '  vars:', ...vars, '  children:', ...children, ''].join('\n');
}
