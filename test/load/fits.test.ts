import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect} from 'chai';
import fc from 'fast-check';
import {surelyFits} from '../../engine/load/fits.js';
import {annotations, createSchemas, type JsonSchema} from '../../engine/load/schema.js';
import {isSound} from '../../engine/load/sound-schema.js';
import {packageRoot} from '../../engine/root.js';
import {unknown} from '../../engine/unknown.js';

function validator(useDefaults: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    useDefaults,
    validateSchema: false,
  });
  ajv.addVocabulary([...annotations]);
  return ajv;
}

const [checking, filling] = [validator(false), validator(true)];

const folder = join(packageRoot, 'schemas', 'tasks');
const modules = readdirSync(folder).map((name) => name.replace('.schema.json', ''));

/** Arguments as a schema has them, right and wrong: its examples, defaults and choices, and what is nothing of it. */
function argumentsOf(schema: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const valueOf = (property: JsonSchema): fc.Arbitrary<unknown> =>
    fc.oneof(
      fc.constantFrom(
        ...((property['examples'] ?? ['x']) as readonly unknown[]),
        ...((property['enum'] ?? []) as readonly unknown[]),
        ...(property['default'] === undefined ? [] : [property['default']]),
        ...[
          '',
          'x',
          'yes',
          '/a',
          '0644',
          0,
          7,
          -1,
          1.5,
          true,
          false,
          null,
          [],
          ['a'],
          [1],
          {},
          {a: 'b'},
          [{name: 'x'}],
        ],
      ),
    );
  const fields = Object.fromEntries(properties.map(([name, property]) => [name, valueOf(property)]));
  const required = (schema['required'] ?? []) as readonly string[];
  return fc
    .tuple(
      fc.record(fields, {requiredKeys: [...required]}),
      fc.option(fc.constantFrom({nope: 1}, {state: 'nope'}), {nil: {}, freq: 8}),
    )
    .map(([own, more]) => ({...own, ...more}));
}

describe('judging values without a validator', () => {
  for (const name of modules) {
    it(`agrees with the validator on arguments of ${name}`, () => {
      const schema = JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8')) as JsonSchema;
      const validates = checking.compile(schema);
      const fills = filling.compile(schema);
      fc.assert(
        fc.property(argumentsOf(schema), (args) => {
          expect(surelyFits(schema, args)).to.equal(validates(args));
          const [ours, theirs] = [structuredClone(args), structuredClone(args)];
          expect(surelyFits(schema, ours, {fillsDefaults: true})).to.equal(fills(theirs));
          if (fills(theirs)) expect(ours).to.deep.equal(theirs);
        }),
        {numRuns: 25},
      );
    });
  }

  it('takes what is not known yet, but does not choose a branch by it', () => {
    const schema = {type: 'object', properties: {a: {type: 'string'}}};
    expect(surelyFits(schema, {a: unknown('h1/x')})).to.equal(true);
    const branch = (value: number): JsonSchema => ({properties: {a: {const: value}}});
    expect(surelyFits({anyOf: [branch(1), branch(2)]}, {a: unknown('x')})).to.equal(false);
  });

  it('chooses the only branch that is left, whatever is not known inside of it', () => {
    const schema = {oneOf: [{type: 'string'}, {type: 'array', items: {type: 'string'}, minItems: 1}]};
    expect(surelyFits(schema, [unknown('h1/x'), 'a'])).to.equal(true);
    expect(surelyFits(schema, [unknown('h1/x'), 1])).to.equal(false);
    expect(surelyFits(schema, [unknown('h1/x')], {fillsDefaults: true})).to.equal(false);
  });

  it('leaves keywords that it does not know to the validator', () => {
    expect(surelyFits({type: 'string', format: 'email'}, 'x')).to.equal(false);
  });

  it('follows references and conditions', () => {
    const schema = {
      $defs: {port: {type: 'integer', minimum: 1}},
      type: 'object',
      properties: {port: {$ref: '#/$defs/port'}, kind: {type: 'string'}},
      if: {required: ['kind']},
      then: {required: ['port']},
    };
    expect(
      [{}, {port: 1}, {port: 0}, {kind: 'x'}, {kind: 'x', port: 2}].map((value) => surelyFits(schema, value)),
    ).to.deep.equal([true, true, false, false, true]);
  });
});

describe('schemas that somebody wrote', () => {
  const anything = {description: fc.constant<unknown>('x'), default: fc.constant<unknown>(1)};
  const rarely = {tpye: fc.constant<unknown>('string'), minimum: fc.constant<unknown>('1')};
  const {schema} = fc.letrec<{schema: JsonSchema}>((tie) => {
    const inner = fc.oneof({depthSize: 'small'}, fc.constant<JsonSchema>({type: 'string'}), tie('schema'));
    const of = (type: unknown, keywords: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonSchema> =>
      fc.record({type: fc.constant(type), ...anything, ...keywords}, {requiredKeys: ['type']});
    return {
      schema: fc.oneof(
        of('string', {
          minLength: fc.constantFrom(0, 1),
          pattern: fc.constantFrom('^a+$', 'b'),
          enum: fc.constantFrom(['a', 'b'], ['x']),
        }),
        of('integer', {
          minimum: fc.constantFrom(0, 1),
          exclusiveMinimum: fc.constant(0),
          exclusiveMaximum: fc.constant(1),
        }),
        of(['string', 'null'], {minLength: fc.constant(1)}),
        of('array', {items: inner, minItems: fc.constant(1), maxItems: fc.constant(1)}),
        of('object', {
          properties: fc.record({a: inner}),
          required: fc.constant(['a']),
          additionalProperties: fc.oneof(fc.boolean(), inner),
        }),
        of('boolean', rarely),
        fc.record({enum: fc.constantFrom<unknown>(['a'], [1, true], [])}) as fc.Arbitrary<JsonSchema>,
        of(fc.constantFrom('strnig', 5, []), {minLength: fc.constant(-1)}),
      ),
    };
  });

  it('are taken as they are only where the validator takes them, and then judged alike', () => {
    const value = fc.constantFrom<unknown>(
      'a',
      'aa',
      '',
      1,
      0,
      null,
      true,
      [],
      ['a'],
      [1],
      {},
      {a: 'a'},
      {a: 1},
      {b: 'b'},
    );
    fc.assert(
      fc.property(schema, value, (written, given) => {
        if (isSound(written)) expect(surelyFits(written, given)).to.equal(checking.compile(written)(given));
      }),
      {numRuns: 100},
    );
  });

  for (const broken of [
    {type: 'strnig'},
    {type: 'string', tpye: 1},
    {type: 'string', pattern: '('},
    {enum: []},
    {properties: {}},
    5,
  ])
    it(`are not taken where only compiling tells: ${JSON.stringify(broken)}`, () => {
      expect(isSound(broken)).to.equal(false);
    });

  it('are compiled at once where they look broken', () => {
    expect(createSchemas().compile({type: 'object', properties: {a: {type: 'strnig'}}})).to.have.property('problem');
    expect(createSchemas().compile({type: 'object', tpye: 1})).to.have.property('problem');
  });
});
