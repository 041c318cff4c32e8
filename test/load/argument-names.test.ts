import {expect} from 'chai';
import type {DictEntry} from '../../engine/language/term.js';
import {plainNames} from '../../engine/load/argument-names.js';
import {packageSchemas} from '../../engine/load/schema.js';
import {registry} from '../../tasks/index.js';

const at = {file: 'site.yml', line: 1, column: 1, length: 1};
const entry = (key: string): DictEntry => ({key, keyAt: at, value: {kind: 'literal', at, value: 'x'}});
const names = (module: string, keys: readonly string[]): readonly string[] =>
  plainNames(keys.map(entry), packageSchemas().module(module)).map(({key}) => key);

describe('names of arguments', () => {
  it('are taken by the other words that Ansible has for them', () => {
    expect(names('file', ['dest', 'state'])).to.deep.equal(['path', 'state']);
    expect(names('lineinfile', ['name', 'value', 'regex'])).to.deep.equal(['path', 'line', 'regexp']);
    expect(names('copy', ['dest'])).to.deep.equal(['dest']);
  });
  it('stay as they are where the argument is given under its own name too', () => {
    expect(names('file', ['dest', 'path'])).to.deep.equal(['dest', 'path']);
    expect(names('file', ['dest', 'name'])).to.deep.equal(['path', 'name']);
  });
  it('never hide an argument of the module, and lead to one', () => {
    for (const module of registry.modules.keys()) {
      const {properties = {}, 'x-aliases': aliases = {}} = (packageSchemas().module(module) ?? {}) as {
        readonly properties?: object;
        readonly 'x-aliases'?: Readonly<Record<string, string>>;
      };
      for (const [alias, name] of Object.entries(aliases)) {
        expect(properties, module).to.have.property(name);
        expect(properties, module).to.not.have.property(alias);
      }
    }
  });
});
