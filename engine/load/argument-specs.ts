import type {Term} from '../language/term.js';
import type {Loading} from './loading.js';
import {checkName} from './names.js';
import {entriesOf, itemsOf, memberOf, plainOf, textOf} from './plain.js';
import type {RoleArgument} from './role-files.js';
import type {JsonSchema} from './schema.js';

/** What a type of Ansible's takes: what Ansible would turn into it counts as it. */
const types: Readonly<Record<string, JsonSchema>> = {
  str: {type: ['string', 'number', 'boolean']},
  path: {type: 'string'},
  int: {anyOf: [{type: 'integer'}, {type: 'string', pattern: '^-?[0-9]+$'}], 'x-expected': 'a whole number'},
  float: {anyOf: [{type: 'number'}, {type: 'string', pattern: '^-?[0-9.]+$'}], 'x-expected': 'a number'},
  bool: {
    anyOf: [{type: 'boolean'}, {enum: ['yes', 'no', 'on', 'off', 'true', 'false', 'True', 'False', 1, 0]}],
    'x-expected': 'true or false',
  },
  list: {type: ['array', 'string']},
  dict: {type: 'object'},
};

/**
 * The arguments that a role declares as Ansible has it (`meta/argument_specs.yml`), of the entry point `main` or of the file of tasks that is used.
 * Defaults there are for readers alone, and other variables may be given, too.
 */
export function readArgumentSpecs(
  loading: Loading,
  meta: Term | undefined,
  entryPoint: string,
): ReadonlyMap<string, RoleArgument> | undefined {
  const options = memberOf(memberOf(memberOf(meta, 'argument_specs'), entryPoint), 'options');
  if (options?.kind !== 'dict') return undefined;
  const declared = new Map<string, RoleArgument>();
  for (const {key, keyAt, value} of entriesOf(options)) {
    if (!checkName(key, {at: keyAt, what: 'an argument', report: loading.report})) continue;
    const schema = schemaOf(value);
    const compiled = loading.schemas.compile({type: 'object', properties: {[key]: schema}});
    declared.set(key, {
      name: key,
      at: keyAt,
      schema,
      required: isTrue(memberOf(value, 'required')),
      byDefault: undefined,
      hasDefault: false,
      validate: 'problem' in compiled ? undefined : compiled,
    });
  }
  return declared;
}

function schemaOf(option: Term): JsonSchema {
  const type = textOf(memberOf(option, 'type')) ?? 'str';
  const elements = textOf(memberOf(option, 'elements'));
  const choices = itemsOf(memberOf(option, 'choices')).map((choice) => plainOf(choice));
  const inner = memberOf(option, 'options');
  const members = inner ? {members: membersOf(inner)} : {};
  const description = textOf(memberOf(option, 'description'));
  return {
    ...(description === undefined ? {} : {description}),
    ...(choices.length > 0 && type !== 'list' ? {enum: choices} : typeOf(type, {...members, elements})),
    ...(isTrue(memberOf(option, 'no_log')) ? {writeOnly: true} : {}),
  };
}

function typeOf(
  type: string,
  {members, elements}: {readonly members?: JsonSchema; readonly elements: string | undefined},
): JsonSchema {
  const base = Object.hasOwn(types, type) ? (types[type] ?? {}) : {};
  if (type === 'dict' && members) return {...base, ...members};
  if (type !== 'list' || elements === undefined) return base;
  return {...base, items: typeOf(elements, {...(members ? {members} : {}), elements: undefined})};
}

function membersOf(options: Term): JsonSchema {
  const entries = entriesOf(options);
  const required = entries.filter(({value}) => isTrue(memberOf(value, 'required'))).map(({key}) => key);
  const properties = Object.fromEntries(entries.map(({key, value}) => [key, schemaOf(value)]));
  return {properties, ...(required.length > 0 ? {required} : {})};
}

function isTrue(term: Term | undefined): boolean {
  return term?.kind === 'literal' && term.value === true;
}
