import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {cacheOf, loadPacked} from '../cli/packed.js';
import {packageRoot} from '../root.js';

const playbook = `
- hosts: all
  vars: {name: web, ports: [80, 443]}
  tasks:
    - name: Have a folder
      file: {path: "{{inventory_dir}}/etc", state: directory, mode: "0755"}
    - name: Have a file
      copy: {content: "{{name}} {{join ports ","}}\\n", dest: "{{inventory_dir}}/etc/web", mode: "0644"}
      notify: Say so
    - name: Have a line
      lineinfile: {path: "{{inventory_dir}}/etc/web", line: "on {{inventory_hostname}}"}
    - name: Know who is asked
      command: "true"
      register: answer
      changed_when: false
      when: os.family != "" && size(ports) == 2
    - name: Have an account
      user: {name: root, shell: /bin/bash}
      when: answer.rc == 0
    - name: Have the time
      package: {name: tzdata}
  handlers:
    - name: Say so
      debug: {msg: "{{name}}"}
`;

/** What a program does most, so that V8 has compiled it: command lines that change nothing. */
function commandLines(folder: string): readonly (readonly string[])[] {
  const site = join(packageRoot, 'playbooks/site.yml');
  const own = [join(folder, 'site.yml'), '-i', join(folder, 'hosts.yml')];
  const check = ['--syntax-check', site, '-i', join(packageRoot, 'inventories/lab/hosts.yml')];
  return [
    ['--help'],
    // The second time what the first one read is there.
    check,
    check,
    [...own, '--check', '--diff'],
  ];
}

// Given a packed program, lets it work on files of its own, and keeps beside it what V8 compiled meanwhile. How a command ends does not matter:
// what it says is of the playbooks, not of the program.
const [, , file = ''] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'u7s-warm-'));
process.env['XDG_STATE_HOME'] = folder;
process.env['XDG_CACHE_HOME'] = folder;
writeFileSync(join(folder, 'hosts.yml'), 'all: {hosts: {here: {ansible_connection: local}}}\n');
writeFileSync(join(folder, 'site.yml'), playbook);
try {
  const {program, script} = loadPacked(file);
  for (const words of commandLines(folder)) await program.main(words);
  writeFileSync(cacheOf(file), script.createCachedData());
} finally {
  rmSync(folder, {recursive: true});
}
process.exit(0);
