import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {parse} from 'yaml';
import {compileTemplate} from '../../engine/language/template.js';
import {packageRoot} from '../../engine/root.js';

const folder = join(packageRoot, 'playbooks', 'roles');
const roles = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());

interface Meta {
  readonly description?: string;
  readonly arguments?: {readonly properties: Readonly<Record<string, {readonly description?: string}>>};
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

describe('roles are whole', () => {
  for (const role of roles) {
    const meta = parse(textOf(join(folder, role, 'meta', 'main.yml'))) as Meta;
    const declared = Object.entries(meta.arguments?.properties ?? {});

    it(`${role} says what it makes true, and what each argument is`, () => {
      expect(meta.description, 'description').to.be.a('string');
      expect(declared.filter(([, {description}]) => (description ?? '') === '').map(([name]) => name)).to.deep.equal([]);
    });

    it(`${role} uses every argument that it declares`, () => {
      const used = filesOf(role)
        .filter((path) => !path.includes('/meta/'))
        .map(textOf)
        .join('\n');
      expect(declared.map(([name]) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(used))).to.deep.equal([]);
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
