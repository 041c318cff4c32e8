import type {Case} from './case.js';

/** Modules whose cases stay in their own folders. */
const byThemselves = [
  ...['archive', 'assert', 'blockinfile', 'command', 'copy', 'debug', 'fail', 'fetch', 'file', 'find', 'get_url'],
  ...['git', 'keywords', 'known_hosts', 'lineinfile', 'pause', 'ping', 'replace', 'script', 'set_fact', 'shell'],
  ...['slurp', 'stat', 'synchronize', 'tempfile', 'template', 'unarchive', 'uri', 'wait_for'],
];

/** The cases that stay in their folders, and those that change the machine: two playbooks for Ansible that run beside each other. */
export function inHalves(cases: readonly Case[]): readonly (readonly Case[])[] {
  return [true, false]
    .map((alone) => cases.filter(({module}) => byThemselves.includes(module) === alone))
    .filter((half) => half.length > 0);
}

/** A playbook for each module, so that a check of ours knows as much of a case as if nothing came before it. */
export function byModule(cases: readonly Case[]): readonly (readonly Case[])[] {
  return [...new Set(cases.map(({module}) => module))].map((name) => cases.filter(({module}) => module === name));
}

/** Ansible's word for how a case is done: mitogen gives a file that it carries to or from the controller the time of its source, Ansible does not. */
export function strategyOf({ansible}: Case): string | undefined {
  return /\b(FILES|LOCAL)\b/.test(JSON.stringify(ansible)) ? 'linear' : undefined;
}
