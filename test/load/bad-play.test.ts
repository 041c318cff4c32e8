import {expect} from 'chai';
import {problemsOf} from './rig.js';

/** A playbook, and every problem in it. */
type Case = readonly (readonly [site: string, ...problems: string[]])[];

describe('a play that cannot be used', () => {
  const plays: Case = [
    [
      '- host: all',
      'site.yml:1:3 a play needs "hosts"',
      'site.yml:1:3 unknown key "host" in a play; did you mean "hosts"?',
    ],
    ['hosts: all', 'site.yml:1:1 a playbook must be a list, found a map'],
    ['- all', 'site.yml:1:3 a play must be a map, found "all"'],
    ['', 'site.yml:1:1 this playbook is empty; write a play: "- hosts: all" and its tasks'],
    ['- hosts: al', 'site.yml:1:10 "al" names no host and no group; did you mean "all"?'],
    ['- hosts:', 'site.yml:1:9 "hosts" must be text or a list, found nothing'],
    [
      '- hosts: "{{group}}"',
      'site.yml:1:10 the hosts of a play must be known before the run; write the names of hosts or groups of the inventory, or a variable of the play or of "-e"',
    ],
    [
      '- hosts: all\n  serial: -1',
      'site.yml:2:11 "serial" must be a number, a percentage like "30%", a template, or a list of these, found the number -1',
    ],
    [
      '- hosts: all\n  serial: few',
      'site.yml:2:11 "serial" must be a number, a percentage like "30%", a template, or a list of these, found "few"',
    ],
    [
      '- hosts: all\n  max_fail_percentage: 200',
      'site.yml:2:24 "max_fail_percentage" must be <= 100, found the number 200',
    ],
    ['- hosts: all\n  become: maybe', 'site.yml:2:11 "become" must be true, false or a template, found "maybe"'],
    [
      '- hosts: all\n  context: usr',
      'site.yml:2:12 "context" must be "root" or "user" or "namespace", found "usr"; did you mean "user"?',
    ],
    [
      '- hosts: all\n  roles: [{rle: a}]',
      'site.yml:2:11 a role of the play needs one of "role", "name"',
      'site.yml:2:12 unknown key "rle" in a role of the play; did you mean "role"?',
    ],
    ['- hosts: all\n  vars: [a]', 'site.yml:2:9 "vars" must be a map or empty, found a list'],
    [
      '- hosts: all\n  vars: {import: 1}',
      'site.yml:2:10 "import" cannot be the name of a variable: it is a word of the expression language; choose another name, such as "import_name"',
    ],
    ['- hosts: all\n  vars_files: [nope.yml]', 'site.yml:2:16 file of variables "nope.yml" is not there'],
    ['- hosts: all\n  connection: docker', 'site.yml:2:15 "connection" must be "ssh" or "local", found "docker"'],
    [
      '- hosts: all\n  vars_prompt: [{promt: Who?}]',
      'site.yml:2:17 a question of vars_prompt needs "name"',
      'site.yml:2:18 unknown key "promt" in a question of vars_prompt; did you mean "prompt"?',
    ],
    [
      '- hosts: all\n  vars_prompt: [{name: p, encrypt: sha512_crypt}]',
      'site.yml:2:27 "encrypt" is not supported; let the module hash what it gets, or ask for the hash',
    ],
    [
      '- hosts: all\n  strategy: debug',
      'site.yml:2:13 "strategy" is "debug"; expected linear, free, host_pinned; remove it: each host goes at its own pace; "serial", "throttle" and "needs" say who waits',
    ],
    [
      '- hosts: all\n  become_method: su',
      'site.yml:2:18 "become_method" is "su"; expected sudo; remove it: sudo is used where another user is needed',
    ],
    [
      '- hosts: all\n  become_flags: -H',
      'site.yml:2:3 "become_flags" is not supported; remove it: sudo gets what it needs; what else it shall allow is said in sudoers',
    ],
    [
      '- hosts: all\n  order: random',
      'site.yml:2:10 "order" must be "inventory" or "reverse_inventory" or "sorted" or "reverse_sorted" or "shuffle", found "random"',
    ],
    [
      '- hosts: all\n  gather_subset: [min]',
      'site.yml:2:3 "gather_subset" is not supported; remove it: facts are read when something asks for them',
    ],
    [
      '- hosts: all\n  collections: [community.general]',
      'site.yml:2:3 "collections" is not supported; remove it: modules have one name each, and roles are found by their folder or package',
    ],
    [
      '- hosts: all\n  module_defaults: {group/aws: {}, cpoy: {}}',
      'site.yml:2:21 "group/aws" is not known: modules have no groups here; name each module by itself',
      'site.yml:2:36 unknown module "cpoy" in module_defaults; did you mean "copy"?',
    ],
    [
      '- import_playbook: "{{which}}.yml"',
      'site.yml:1:20 a playbook that is imported must be known before the run; write its name without a template, or with what "-e" gives; decide with "when"',
    ],
    ['- import_playbook: nope.yml', 'site.yml:1:20 playbook "nope.yml" is not there'],
    ['- import_playbook: site.yml', 'site.yml:1:20 playbook "site.yml" imports itself'],
    [
      '- hosts: all\n  handlers: [{block: []}]',
      'site.yml:2:15 a block cannot be a handler; write its tasks one by one, and let them "listen" to one word',
    ],
  ];
  for (const [text, ...problems] of plays) {
    it(`is refused: ${text.replaceAll('\n', '⏎')}`, async () => {
      expect(await problemsOf({'site.yml': text})).to.deep.equal(problems);
    });
  }

  it('is refused where an inherited check_mode would let a change happen in a check', async () => {
    const site =
      '- hosts: all\n  check_mode: false\n  tasks: [{debug: {msg: x}, changed_when: false}, {debug: {msg: x}}]\n';
    expect(await problemsOf({'site.yml': site})).to.deep.equal([
      'site.yml:3:51 a task that runs in a check must never count as a change; add "changed_when: false", or remove "check_mode: false"',
    ]);
  });

  const odd = [
    '5',
    '-1',
    'x',
    '""',
    '[]',
    '[[x]]',
    '[{}]',
    '{}',
    '{a: {b: c}}',
    'null',
    'true',
    '"{{x}}"',
    '"{{"',
    '!cel x',
  ];
  const words =
    'hosts serial order strategy roles tasks handlers vars vars_files vars_prompt module_defaults connection remote_user port environment needs become become_method become_user force_handlers max_fail_percentage gather_facts check_mode throttle timeout ignore_unreachable tags when import_playbook'.split(
      ' ',
    );
  for (const word of words) {
    it(`never breaks the loader: ${word}`, async () => {
      for (const value of odd) {
        const more = word === 'hosts' || word === 'import_playbook' ? '' : '  hosts: all\n  roles: [r]\n';
        const site = `- ${word}: ${value}\n${word === 'roles' ? '  hosts: all\n' : more}`;
        await problemsOf({'site.yml': site, 'roles/r/tasks/main.yml': '- debug: {msg: x}\n'});
      }
    });
  }
});
