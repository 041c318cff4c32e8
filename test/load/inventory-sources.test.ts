import {expect} from 'chai';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {createFiles} from '../../engine/load/files.js';
import {loadInventory} from '../../engine/load/inventory.js';
import type {Inventory} from '../../engine/load/project.js';
import {createReport} from '../../engine/load/report.js';
import {createSchemas} from '../../engine/load/schema.js';
import {dataOf} from './rig.js';

const schemas = createSchemas();

interface Found {
  readonly inventory: Inventory;
  /** `file:line:column message; hint` */
  readonly problems: readonly string[];
}

/** Reads sources from files of their own; those that begin with `#!` are executable. */
async function read(
  written: Readonly<Record<string, string>>,
  {sources, programSeconds = 20}: {readonly sources: readonly string[]; readonly programSeconds?: number},
): Promise<Found> {
  const cwd = mkdtempSync(join(tmpdir(), 'u7s-inventory-'));
  try {
    for (const [name, text] of Object.entries(written)) {
      const path = join(cwd, name);
      mkdirSync(dirname(path), {recursive: true});
      writeFileSync(path, text);
      if (text.startsWith('#!')) chmodSync(path, 0o755);
    }
    const report = createReport();
    const files = createFiles(cwd, report);
    const inventory = await loadInventory({sources, playbookFolders: [], programSeconds, files, schemas, report});
    const problems = report.diagnostics.map(({at, message, hint}) => {
      const place = at ? `${at.file}:${at.line}:${at.column} ` : '';
      return `${place}${message}${hint === undefined ? '' : `; ${hint}`}`;
    });
    return {inventory, problems};
  } finally {
    rmSync(cwd, {recursive: true});
  }
}

function valueOf({inventory}: Found, host: string, name: string): unknown {
  const layers = inventory.hosts.get(host)?.layers ?? [];
  return dataOf(layers.findLast(({entries}) => entries.has(name))?.entries.get(name));
}

/** A program that prints a value as JSON. */
function printing(value: unknown): string {
  return `#!/bin/sh\ncat <<'END'\n${JSON.stringify(value)}\nEND\n`;
}

describe('an executable inventory', () => {
  it('gives groups, children, variables and hosts with _meta', async () => {
    const found = await read(
      {
        'inv.sh': printing({
          _meta: {hostvars: {w1: {port: 8080, url: '{{scheme}}://w1'}}},
          web: {hosts: ['w1', 'w2'], vars: {port: 80}, children: ['edge']},
          edge: ['e1'],
          lone: {ansible_host: '192.0.2.9'},
          all: {children: ['web'], vars: {scheme: 'http'}},
        }),
      },
      {sources: ['inv.sh']},
    );
    expect(found.problems).to.deep.equal([]);
    expect(found.inventory.groups.get('web')).to.deep.equal(['w1', 'w2', 'e1']);
    expect(['w1', 'w2', 'e1'].map((host) => valueOf(found, host, 'port'))).to.deep.equal([8080, 80, 80]);
    expect(valueOf(found, 'w1', 'url')).to.equal('{{scheme}}://w1');
    expect(valueOf(found, 'lone', 'ansible_host')).to.equal('192.0.2.9');
    expect(found.inventory.tree.get('all')?.children).to.deep.equal(['ungrouped', 'web', 'lone']);
  });

  it('is asked for each host where _meta is missing', async () => {
    const found = await read(
      {
        'inv.sh':
          '#!/bin/sh\nif [ "$1" = --list ]; then echo \'{"web": {"hosts": ["w1", "w2"]}}\'; else echo "{\\"me\\": \\"$2\\"}"; fi\n',
      },
      {sources: ['inv.sh']},
    );
    expect([found.problems, valueOf(found, 'w1', 'me'), valueOf(found, 'w2', 'me')]).to.deep.equal([[], 'w1', 'w2']);
  });

  it('may lie in a folder of inventories, where what is none is left alone', async () => {
    const found = await read(
      {
        'inv/20-more.sh': printing({web: {hosts: ['w2'], vars: {x: 2}}}),
        'inv/10-base': 'web: {hosts: {w1: }, vars: {x: 1}}\n',
        'inv/sub/30.yaml': 'web: {hosts: {w3: }}\n',
        'inv/README.md': '# text',
        'inv/old.ini': '[web]\n',
        'inv/.hidden.yml': '- 1',
        'inv/group_vars/web.yml': 'y: 1',
      },
      {sources: ['inv']},
    );
    expect(found.problems.filter((problem) => !problem.includes('--host'))).to.deep.equal([]);
    expect(found.inventory.groups.get('web')).to.deep.equal(['w1', 'w2', 'w3']);
    expect([valueOf(found, 'w1', 'x'), valueOf(found, 'w3', 'y')]).to.deep.equal([2, 1]);
  });

  it('leaves out names that no variable can have, with one warning for each', async () => {
    const vars = {'my-tag': 1, ok: 2};
    const found = await read(
      {'inv.sh': printing({web: ['w1', 'w2'], _meta: {hostvars: {w1: vars, w2: vars}}})},
      {sources: ['inv.sh']},
    );
    expect(found.problems).to.deep.equal([
      'inv.sh:1:1 "my-tag" cannot be the name of a variable; write letters, digits and underscores, and no digit first',
    ]);
    expect(valueOf(found, 'w2', 'ok')).to.equal(2);
  });

  const bad: readonly (readonly [what: string, text: string, problem: string])[] = [
    [
      'its failure with the end of what it said',
      '#!/bin/sh\necho "no token" >&2\nexit 3\n',
      'inv.sh:1:1 "inv.sh --list" exited with 3; no token',
    ],
    [
      'what is no JSON',
      '#!/bin/sh\necho "hello there"\n',
      'inv.sh:1:1 "inv.sh --list" printed what is no JSON: Unexpected token \'h\', "hello there " is not valid JSON; it begins with: hello there',
    ],
    ['silence', '#!/bin/sh\n', 'inv.sh:1:1 "inv.sh --list" printed nothing; expected JSON'],
    ['a list', printing(['w1']), 'inv.sh:1:1 "inv.sh --list" printed JSON that is no map; it begins with: ["w1"]'],
    [
      'hosts that are no list',
      printing({web: {hosts: 'w1'}, _meta: {hostvars: {}}}),
      'inv.sh:1:1 "inv.sh --list" printed the group "web" with "hosts" "w1"; expected a list of names',
    ],
    [
      'a group that is text',
      printing({web: 'w1', _meta: {hostvars: {}}}),
      'inv.sh:1:1 "inv.sh --list" printed the group "web" as "w1"; expected a map or a list of hosts',
    ],
    [
      'variables of a host that are no map',
      printing({web: ['w1'], _meta: {hostvars: {w1: [1]}}}),
      'inv.sh:1:1 "inv.sh --list" printed a list for the host "w1"; expected a map of its variables',
    ],
    ['an interpreter that is not there', '#!/no/such/thing\n', 'inv.sh:1:1 "inv.sh --list" cannot be executed: spawn'],
  ];
  for (const [what, text, problem] of bad) {
    it(`tells ${what}`, async () => {
      const {problems} = await read({'inv.sh': text}, {sources: ['inv.sh']});
      expect(problems).to.have.length(1);
      expect(problems[0]).to.satisfy((found: string) => found.startsWith(problem));
    });
  }

  it('has a limit of time, also when what it started goes on', async () => {
    const {problems} = await read(
      {'inv.sh': '#!/bin/sh\necho waiting >&2\nsleep 7 & sleep 7\n'},
      {sources: ['inv.sh'], programSeconds: 0.1},
    );
    expect(problems).to.deep.equal(['inv.sh:1:1 "inv.sh --list" did not answer within 0.1 seconds; waiting']);
  });
});

describe('a source of an inventory', () => {
  it('may be YAML in a file without an ending', async () => {
    const {inventory, problems} = await read({hosts: '---\nweb:\n  hosts:\n    w1:\n'}, {sources: ['hosts']});
    expect([problems, inventory.groups.get('web')]).to.deep.equal([[], ['w1']]);
  });

  const ini: readonly (readonly [name: string, text: string, place: string])[] = [
    ['hosts', '# machines\n\n[web]\nw1 ansible_host=192.0.2.1\n', '3:1'],
    ['hosts.ini', 'w1\nw2\n[web:children]\nedge\n', '3:1'],
    ['hosts', 'w1.example.com ansible_user=root\n', '1:1'],
    ['hosts.toml', '[web.hosts]\nw1 = {}\n', '1:1'],
  ];
  for (const [name, text, place] of ini) {
    it(`is not read as ${JSON.stringify(text)}, and the command that converts it is told`, async () => {
      const {problems} = await read({[name]: text}, {sources: [name]});
      expect(problems).to.deep.equal([
        `${name}:${place} inventory "${name}" is in INI form, and inventories are read as YAML; convert it: ansible-inventory -i ${name} --list --yaml --export > hosts.yml`,
      ]);
    });
  }

  it('is a program only when it may be executed', async () => {
    const {problems} = await read({inv: ' '}, {sources: ['inv']});
    expect(problems).to.deep.equal([]);
    const cwd = mkdtempSync(join(tmpdir(), 'u7s-inventory-'));
    writeFileSync(join(cwd, 'inv'), '#!/bin/sh\n', {mode: 0o644});
    const report = createReport();
    const files = createFiles(cwd, report);
    await loadInventory({sources: ['inv'], playbookFolders: [], files, schemas, report});
    rmSync(cwd, {recursive: true});
    expect(report.diagnostics.map(({message, hint}) => `${message}; ${hint ?? ''}`)).to.deep.equal([
      'inventory "inv" is a program and may not be executed; chmod +x inv',
    ]);
  });

  it('that is an empty folder, or has names that no host can have, is told', async () => {
    const {problems} = await read({'inv/notes.txt': 'x'}, {sources: ['inv', 'h 1,h2,']});
    expect(problems).to.deep.equal([
      'inventory "inv" is a folder without inventories',
      '-i:1:1 "h 1" cannot be the name of a host; write letters, digits, "_", "-", "." and ":"',
    ]);
  });

  it('of ten thousand hosts is read within a second of work, listed one by one or by a program', async () => {
    const names = Array.from({length: 10_000}, (_, index) => `host-${index}.example.com`);
    const yaml = `all:\n  children:\n    web:\n      hosts:\n${names.map((name, index) => `        ${name}: {ansible_host: 10.0.0.1, n: ${index}}\n`).join('')}`;
    const json = {
      web: {hosts: names},
      _meta: {hostvars: Object.fromEntries(names.map((name, index) => [name, {ansible_host: '10.0.0.1', n: index}]))},
    };
    for (const [name, text] of [
      ['hosts.yml', yaml],
      ['inv.sh', printing(json)],
    ] as const) {
      const start = process.cpuUsage();
      const {inventory} = await read({[name]: text}, {sources: [name]});
      expect(inventory.hosts.size).to.equal(10_001);
      expect(process.cpuUsage(start).user).to.be.lessThan(4_000_000);
    }
  }).timeout(20_000);
});
