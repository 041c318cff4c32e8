import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {parse} from 'yaml';
import {compileTemplate} from '../../engine/language/template.js';
import type {Member} from '../../engine/cli/doc/entry.js';
import {readRoles, rolesIn} from '../../engine/cli/doc/read.js';
import {packageRoot} from '../../engine/root.js';

const folder = join(packageRoot, 'playbooks', 'roles');
const roles = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());

interface Meta {
  readonly description?: string;
  readonly arguments?: {readonly properties: Readonly<Record<string, unknown>>};
}

function filesOf(role: string, part = ''): readonly string[] {
  const at = join(folder, role, part);
  if (!existsSync(at)) return [];
  return readdirSync(at, {recursive: true, encoding: 'utf8'})
    .map((name) => join(at, name))
    .filter((path) => statSync(path).isFile());
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Arguments and what they are made of, each with its path. */
function described(members: readonly Member[], within = ''): readonly (readonly [path: string, member: Member])[] {
  return members.flatMap((member) => [
    [`${within}${member.name}`, member] as const,
    ...described(member.members, `${within}${member.name}.`),
  ]);
}

/** Whether somebody who reads its page knows what to write: from its default, an example, or the few values that there are. */
function shown({byDefault, examples, type}: Member): boolean {
  return byDefault !== undefined || examples.length > 0 || type === 'boolean' || type.startsWith('one of ');
}

describe('roles are whole', () => {
  const pages = readRoles(rolesIn(folder));

  for (const role of roles) {
    const meta = parse(textOf(join(folder, role, 'meta', 'main.yml'))) as Meta;
    const declared = Object.keys(meta.arguments?.properties ?? {});

    it(`${role} says what it makes true, and what each argument is`, () => {
      expect(meta.description, 'description').to.be.a('string');
      const page = described(pages.find(({name}) => name === role)?.arguments ?? []);
      expect(page.length, 'arguments on its page').to.be.at.least(declared.length);
      expect(page.filter(([, {description}]) => description === '').map(([path]) => path)).to.deep.equal([]);
      expect(page.filter(([, member]) => !shown(member)).map(([path]) => path)).to.deep.equal([]);
    });

    it(`${role} uses every argument that it declares`, () => {
      const used = filesOf(role)
        .filter((path) => !path.includes('/meta/'))
        .map(textOf)
        .join('\n');
      expect(declared.filter((name) => !new RegExp(`\\b${name}\\b`).test(used))).to.deep.equal([]);
    });

    it(`${role} names every task`, () => {
      const tasks = [...filesOf(role, 'tasks'), ...filesOf(role, 'handlers')].flatMap(
        (path) => parse(textOf(path), {logLevel: 'silent'}) as readonly Readonly<Record<string, unknown>>[],
      );
      const named = (task: Readonly<Record<string, unknown>>): boolean =>
        'name' in task || 'import_tasks' in task || 'meta' in task;
      expect(tasks.filter((task) => !named(task))).to.deep.equal([]);
    });

    it(`${role} has templates that can be read`, () => {
      for (const path of filesOf(role, 'templates')) {
        expect(compileTemplate(textOf(path)).problems, path).to.deep.equal([]);
      }
    });

    it(`${role} has scripts that sh can read`, () => {
      for (const path of filesOf(role, 'files').filter((each) => textOf(each).startsWith('#!/bin/sh'))) {
        expect(() => execFileSync('/bin/sh', ['-n', path], {stdio: 'pipe'}), path).not.to.throw();
      }
    });
  }
});
