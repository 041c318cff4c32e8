/** A small project in which most words of the language occur, file by file. */
export const originals: Readonly<Record<string, string>> = {
  'hosts.yml': `
all:
  vars: {site: home, ports: {api: 6443}}
  children:
    web:
      hosts:
        web[01:02]: {ansible_host: 192.0.2.7}
        db1: {weight: 3, tags_of: [a, b]}
      vars: {role: front}
      children: {edge: {hosts: {web01: }}}
    spare: {hosts: {s1: }, vars: {ansible_group_priority: 5}}
`,
  'group_vars/all.yml': `
listen: "{{site}}:{{ports.api}}"
users:
  - {name: ann, shell: /bin/sh}
  - {name: bob, shell: /bin/bash}
big: !cel "ports.api > 1024"
base: &base {mode: "0644", owner: root}
derived: {<<: *base, owner: ann}
`,
  'host_vars/db1.yml': 'role: back\nmixed: [1, 2.5, true, null, "x"]\n',
  'site.yml': `
- import_playbook: more.yml
  vars: {from: site}
- name: Front
  hosts: web:!s1
  serial: [1, "50%"]
  max_fail_percentage: 20
  become: true
  vars: {greeting: "Hello {{site}}"}
  vars_files: [extra.yml]
  environment: {LANG: C}
  roles:
    - {role: page, vars: {title: "{{greeting}}"}, when: big, tags: [pages]}
  pre_tasks:
    - name: Look
      stat: {path: /etc/hosts}
      register: looked
  tasks:
    - name: Write
      copy: {content: "{{#each users}}{{this.name}} {{/each}}", dest: "/srv/{{inventory_hostname}}", mode: "0644"}
      notify: [Reload]
      when:
        - looked.stat.exists
        - os.family == "debian" && size(groups.web) > 1
    - name: Each
      user: {name: "{{item.name}}", shell: "{{item.shell}}"}
      loop: "{{users}}"
      loop_control: {label: "{{item.name}}", index_var: at}
    - block:
        - command: {argv: [test, -e, /srv], creates: /srv/x}
          register: tested
          until: tested.rc == 0
          retries: 2
          delay: 1
      rescue:
        - debug: {msg: "no {{looked.changed}}"}
      always:
        - set_fact: {done: true}
    - import_tasks: part.yml
      vars: {part: 1}
    - meta: flush_handlers
  handlers:
    - name: Reload
      systemd_service: {name: nginx, state: reloaded}
      listen: reload
- name: Back
  hosts: db1
  needs: [Front]
  tasks:
    - debug: {msg: "{{hostvars.web01.looked.stat.exists}} {{default missing 'x'}}"}
      delegate_to: web01
      run_once: true
      changed_when: false
      failed_when: "'bad' in groups"
`,
  'more.yml': '- {hosts: all, gather_facts: false, tasks: [{ping: }]}\n',
  'part.yml': '- {name: Part, debug: {msg: "{{part}}"}, tags: always}\n',
  'extra.yml': 'extra: {deep: {deeper: [1, {x: y}]}}\n',
  'roles/page/meta/main.yml': `
description: A page.
arguments:
  properties:
    title: {type: string, description: What stands on it.}
    lines: {type: integer, default: 3, description: How many., minimum: 1}
  required: [title]
dependencies: [{role: ground}]
`,
  'roles/page/tasks/main.yml': '- name: Page\n  template: {src: page.hbs, dest: /srv/page}\n  notify: Reload\n',
  'roles/page/vars/main.yml': 'inner: 4\n',
  'roles/page/templates/page.hbs':
    '{{title}}\n{{#if big}}\nbig\n{{else}}\nsmall\n{{/if}}\n{{#each users as |user|}}\n{{user.name}}\n{{/each}}\n',
  'roles/ground/tasks/main.yml': '- file: {path: /srv, state: directory}\n',
};

/** Words that mean something somewhere, to be put where they do not belong. */
export const words: readonly string[] = [
  '{{',
  '}}',
  '{{#each',
  '{{item}}',
  '{{a.b.c}}',
  '{{hostvars.nobody.x}}',
  '{{{x}}}',
  '\\{{',
  '!cel',
  '!vault |',
  '&a',
  '*a',
  '*nothing',
  '<<:',
  '---',
  '...',
  '- ',
  ': ',
  '#',
  '"',
  "'",
  '|',
  '>-',
  '? ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '%',
  '@',
  '`',
  '\t',
  '\0',
  '\u0007',
  '\uFEFF',
  '\r\n',
  '\u2028',
  '0777',
  '1e999',
  '-0',
  '.nan',
  '~',
  'null',
  'yes',
  'true',
  '[1:',
  '[01:9999999]',
  '[a:z]',
  'all:!all',
  '&web',
  '~(',
  '~a{99999}',
  'a && b',
  'a = b',
  'not a',
  'has(x)',
  'size(',
  '9223372036854775808',
  '"x" in "y"',
  '__proto__',
  'constructor',
  'toString',
  'hosts',
  'tasks',
  'roles',
  'when',
  'loop',
  'with_items',
  'include_tasks',
  'block',
  'rescue',
  'vars',
  'name',
  'register',
  'import_playbook',
  'import_role',
  'become_user',
  '$ANSIBLE_VAULT;1.1;AES256',
  'é',
  '漢',
  '\u{1F600}',
  'x'.repeat(5000),
  '['.repeat(200),
  '{a: '.repeat(100),
];
