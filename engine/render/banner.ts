import type {NodeInfo} from '../event.js';

/** A heading in Ansible's form: an empty line, the text, stars up to the width (three at least). */
export function banner(text: string, width: number): string {
  return `\n${text} ${'*'.repeat(Math.max(3, width - text.length))}\n`;
}

/** The task as a heading names it: `role : task`. */
export function taskTitle(node: NodeInfo): string {
  return node.role === undefined ? node.task : `${node.role} : ${node.task}`;
}

/** The host as a status line names it: `w1`, or `w1 -> lb1` where another host does the work. */
export function hostTitle(node: NodeInfo): string {
  return node.delegate === undefined || node.delegate === node.host ? node.host : `${node.host} -> ${node.delegate}`;
}

/** The line of a node's task in the playbook: `playbooks/site.yml:12`. */
export function placeOf(node: NodeInfo): string {
  return `${node.at.file}:${String(node.at.line)}`;
}
