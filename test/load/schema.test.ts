import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect} from 'chai';
import {createSchemas, annotations, packageSchemas, validateArgs, type JsonSchema} from '../../engine/load/schema.js';
import {explainErrors} from '../../engine/load/schema-problem.js';
import {packageRoot} from '../../engine/root.js';
import {unknown} from '../../engine/unknown.js';

const folder = join(packageRoot, 'schemas');
const files = [folder, join(folder, 'tasks')].flatMap((path) =>
  readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(path, name)),
);

function problemsOf(schema: JsonSchema, value: unknown): readonly string[] {
  const validate = createSchemas().compile(schema);
  if ('problem' in validate) throw new Error(validate.problem);
  return explainErrors(validate(value), 'it').map(
    ({path, key, message, hint}) =>
      `${[...path, ...(key === undefined ? [] : [`(${key})`])].join('.')}: ${message}${hint === undefined ? '' : `; ${hint}`}`,
  );
}

describe('the schemas', () => {
  for (const file of files) {
    it(`${file.slice(folder.length + 1)} is a JSON Schema`, () => {
      const ajv = new Ajv2020({strict: true, strictRequired: false, allowUnionTypes: true});
      ajv.addVocabulary([...annotations]);
      const schema = JSON.parse(readFileSync(file, 'utf8')) as JsonSchema;
      expect(ajv.validateSchema(schema), ajv.errorsText()).to.equal(true);
    });
  }

  for (const file of readdirSync(join(folder, 'tasks'))) {
    it(`tasks/${file} can be used while loading and while running`, () => {
      const name = file.replace('.schema.json', '');
      expect(() => packageSchemas().moduleValidator(name)?.({})).not.to.throw();
      expect(() => validateArgs(name, {})).not.to.throw();
    });
  }
});

describe('checking arguments at run time', () => {
  it('fills defaults in, without touching what it was given', () => {
    const given = Object.freeze({path: '/x'});
    const {value, problems} = validateArgs('file', given);
    expect(problems).to.deep.equal([]);
    expect(value).to.include({path: '/x', state: 'file'});
    expect(given).to.deep.equal({path: '/x'});
  });

  it('takes yes/no/on/off where a boolean is wanted', () => {
    expect(validateArgs('file', {path: '/x', recurse: 'yes', state: 'directory'}).value).to.include({recurse: true});
    expect(validateArgs('file', {path: 'yes'}).value).to.include({path: 'yes'});
  });

  it('gives each problem with its path', () => {
    const {problems} = validateArgs('file', {path: 5, recurse: 'perhaps', onwer: 'x'});
    expect(problems.map(({path, key}) => key ?? path.join('.'))).to.have.members(['path', 'recurse', 'onwer']);
  });

  it('lets local files, rendered templates and evaluated conditions be what they became', () => {
    expect(
      validateArgs('copy', {dest: '/x', src: {type: 'file', path: '/a', sha256: '', size: 0}}).problems,
    ).to.deep.equal([]);
    expect(validateArgs('assert', {that: [{text: 'a', value: true}]}).problems).to.deep.equal([]);
  });

  it('does not judge what is not known yet', () => {
    expect(validateArgs('file', {path: unknown('h1/user')}).problems).to.deep.equal([]);
  });

  it('takes anything for a module without a schema', () => {
    expect(validateArgs('nothing', {a: 1})).to.deep.equal({value: {a: 1}, problems: []});
  });
});

describe('what a schema finds, in words', () => {
  const cases: readonly (readonly [schema: JsonSchema, value: unknown, ...problems: string[]])[] = [
    [{type: 'string'}, 5, ': it must be text, found the number 5; quote it'],
    [{type: ['string', 'null']}, [1], ': it must be text or empty, found a list'],
    [
      {enum: ['present', 'absent']},
      'presnt',
      ': it must be "present" or "absent", found "presnt"; did you mean "present"?',
    ],
    [
      {type: 'object', properties: {a: {type: 'integer', minimum: 1}}},
      {a: 0},
      'a: "a" must be >= 1, found the number 0',
    ],
    [
      {type: 'object', properties: {owner: true}, additionalProperties: false},
      {onwer: 1},
      '(onwer): unknown key "onwer" in it; did you mean "owner"?',
    ],
    [
      {type: 'object', properties: {a: true, b: true}, additionalProperties: false},
      {zzz: 1},
      '(zzz): unknown key "zzz" in it; known: a b',
    ],
    [{type: 'object', required: ['a'], properties: {a: true}}, {}, ': it needs "a"'],
    [{type: 'object', dependentRequired: {a: ['b']}}, {a: 1}, ': it needs "b" when "a" is given'],
    [{type: 'object', oneOf: [{required: ['cmd']}, {required: ['argv']}]}, {}, ': it needs one of "cmd", "argv"'],
    [
      {type: 'object', oneOf: [{required: ['cmd']}, {required: ['argv']}]},
      {cmd: 1, argv: 2},
      ': it takes only one of "cmd", "argv"',
    ],
    [{type: 'object', not: {required: ['a', 'b']}}, {a: 1, b: 2}, ': it cannot take "a" and "b" together'],
    [{type: 'string', pattern: '^[0-7]{4}$'}, '64', ': it must match ^[0-7]{4}$, found "64"'],
    [
      {type: 'string', pattern: '^[0-7]{4}$', 'x-expected': 'four octal digits'},
      '64',
      ': it must be four octal digits, found "64"',
    ],
    [{type: 'array', minItems: 1}, [], ': it must not be empty'],
    [{type: 'array', uniqueItems: true}, [1, 1], ': it has the same item twice'],
    [
      {type: 'array', items: {type: 'string'}},
      ['a', 2],
      '1: item 2 of "it" must be text, found the number 2; quote it',
    ],
    [
      {anyOf: [{type: 'string'}, {type: 'array', items: {type: 'string'}}]},
      5,
      ': it must be text or a list, found the number 5',
    ],
    [
      {anyOf: [{type: 'string'}, {type: 'array', items: {type: 'string'}}]},
      ['a', 5],
      '1: item 2 of "it" must be text, found the number 5; quote it',
    ],
    [
      {
        type: 'object',
        properties: {a: {anyOf: [{type: 'string'}, {$ref: '#/$defs/m'}]}},
        $defs: {m: {type: 'object', properties: {x: true}, additionalProperties: false}},
      },
      {a: {why: 1}},
      'a.(why): unknown key "why" in a; known: x',
    ],
    [{type: 'object', if: {required: ['a']}, then: {required: ['b']}}, {a: 1}, ': it needs "b"'],
    [{type: 'object', propertyNames: {pattern: '^x'}}, {y: 1}, ': it cannot have the key "y"'],
  ];
  for (const [schema, value, ...problems] of cases) {
    it(`${JSON.stringify(value)} against ${JSON.stringify(schema)}`, () => {
      expect(problemsOf(schema, value)).to.deep.equal(problems);
    });
  }
});
