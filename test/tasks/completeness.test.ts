import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {createSchemas} from '../../engine/load/schema.js';
import {packageRoot} from '../../engine/root.js';
import {registry} from '../../tasks/index.js';
import {modulesWithCases} from './case-files.js';

interface Property {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly items?: Property;
}

interface Schema extends Property {
  readonly title?: string;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly additionalProperties?: unknown;
  readonly returns?: Property;
}

function names(folder: string, ending: string): readonly string[] {
  return readdirSync(join(packageRoot, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

const modules = [...registry.modules.keys()];

function schemaOf(name: string): Schema {
  return JSON.parse(readFileSync(join(packageRoot, 'schemas', 'tasks', `${name}.schema.json`), 'utf8')) as Schema;
}

/** Paths of properties that say nothing of themselves. */
function undescribed(schema: Property, path: string): readonly string[] {
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    ...((property.description ?? '') === '' ? [`${path}.${name}`] : []),
    ...undescribed(property, `${path}.${name}`),
  ]);
  return schema.items === undefined ? inside : [...inside, ...undescribed(schema.items, `${path}[]`)];
}

describe('modules are whole', () => {
  it('each file of tasks/ is a module of the registry under its own name', () => {
    const files = names('tasks', '.ts').filter((name) => name !== 'index');
    expect([...modules].sort()).to.deep.equal(files);
  });

  it('the registry is in alphabetical order', () => {
    expect(modules).to.deep.equal([...modules].sort());
  });

  it('each module has a schema, and each schema a module', () => {
    expect(names('schemas/tasks', '.schema.json')).to.deep.equal([...modules].sort());
  });

  it('each module has cases', () => {
    expect([...modules].filter((name) => !modulesWithCases().includes(name))).to.deep.equal([]);
  });

  it('each file of tasks/facts/ is a kind of the registry', () => {
    const files = names('tasks/facts', '.ts').filter((name) =>
      readFileSync(join(packageRoot, 'tasks', 'facts', `${name}.ts`), 'utf8').includes(': FactKind<'),
    );
    expect([...registry.kinds.keys()].sort()).to.deep.equal(files);
  });

  for (const name of modules) {
    it(`the schema of ${name} holds in strict mode and describes everything`, () => {
      const schema = schemaOf(name);
      expect(createSchemas().moduleValidator(name)).to.be.a('function');
      expect(schema.title, 'title').to.be.a('string');
      expect(schema.description, 'description').to.be.a('string');
      expect(schema.examples, 'examples').to.be.an('array').with.length.greaterThan(0);
      expect(schema, 'additionalProperties').to.have.property('additionalProperties');
      expect(schema.returns, 'returns').to.be.an('object');
      expect(undescribed(schema, name)).to.deep.equal([]);
      expect(undescribed(schema.returns ?? {}, `${name} returns`)).to.deep.equal([]);
    });
  }
});
