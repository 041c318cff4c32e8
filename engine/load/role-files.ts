import {join} from 'node:path';
import {didYouMean} from '../language/near.js';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {explainWord} from './ansible-words.js';
import {readArgumentSpecs} from './argument-specs.js';
import {checkLanguage} from './check-language.js';
import {checkTerm} from './check-term.js';
import {firstFile} from './files.js';
import type {Loading} from './loading.js';
import {checkName} from './names.js';
import {entriesOf, itemsOf, memberOf, plainOf, textOf, textsOf} from './plain.js';
import {rank, type VarLayer} from './project.js';
import type {JsonSchema, Validate} from './schema.js';
import type {Report} from './report.js';
import {locateRole, reportNoRole, roleNameOf, type RoleOrigin} from './role-search.js';
import {readRoleVars} from './role-vars.js';

/** An argument that a role declares. */
export interface RoleArgument {
  readonly name: string;
  readonly at: Span;
  readonly schema: JsonSchema;
  readonly required: boolean;
  /** Of its schema. */
  readonly byDefault: Term | undefined;
  readonly hasDefault: boolean;
  /** The validator of all arguments of the role; undefined where its schema is broken, which was reported. */
  readonly validate: Validate | undefined;
}

/** A role's files, read once. */
export interface RoleFiles {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly description: string | undefined;
  /** Undefined: the role declares nothing, and takes any variable. */
  readonly arguments: ReadonlyMap<string, RoleArgument> | undefined;
  /** Other variables may be given where it is used, too. */
  readonly takesMore: boolean;
  /** Defaults of the arguments, then defaults/main.yml, then vars/main.yml. */
  readonly layers: readonly VarLayer[];
  readonly dependencies: readonly Term[];
  /** It runs at each place where it is used, not once for the same arguments. */
  readonly allowDuplicates: boolean;
}

/** Files of a role that stand in for its `main` ones: `tasks_from`, `vars_from` and `defaults_from` of `import_role`. */
export interface RoleFroms {
  readonly tasks?: string;
  readonly vars?: string;
  readonly defaults?: string;
}

/** Finds a role by its name, a path or a package, and reads it; one that is not there is reported. */
export function findRole(
  loading: Loading,
  name: string,
  {at, origin, froms = {}}: {readonly at: Span; readonly origin: RoleOrigin; readonly froms?: RoleFroms},
): RoleFiles | undefined {
  const path = locateRole(loading, name, origin);
  if (path !== undefined) return readRole(loading, roleNameOf(name), {path, at, froms});
  reportNoRole(loading, name, {at, origin});
  return undefined;
}

/** The main file of one of a role's folders (`tasks`, `handlers`, …), or another one of it. */
export function roleFile(
  loading: Loading,
  role: {readonly path: string},
  {folder, name = 'main'}: {readonly folder: string; readonly name?: string},
): string | undefined {
  const names = /\.(?:ya?ml|json)$/.test(name) ? [name] : ['.yml', '.yaml', '.json', ''].map((ending) => name + ending);
  return firstFile(loading.files, join(role.path, folder), names);
}

function readRole(
  loading: Loading,
  name: string,
  {path, at, froms}: {readonly path: string; readonly at: Span; readonly froms: RoleFroms},
): RoleFiles {
  const key = JSON.stringify([path, froms.tasks, froms.vars, froms.defaults]);
  const known = loading.roles.get(key);
  if (known) return known;
  const {files, report, schemas} = loading;
  const metaPath = roleFile(loading, {path}, {folder: 'meta'});
  const read = metaPath === undefined ? undefined : files.read(metaPath, {at: undefined, what: 'role', mayKeep: true});
  const meta =
    read &&
    checkTerm(read, schemas.validator('role'), {
      subject: `the role ${name}`,
      explainKey: explainWord,
      sources: true,
      report,
    });
  const declared = readArguments(loading, memberOf(meta, 'arguments'));
  const specsPath = roleFile(loading, {path}, {folder: 'meta', name: 'argument_specs'});
  const specs = specsPath === undefined ? meta : files.read(specsPath, {at: undefined, what: 'role'});
  const specified = declared ? undefined : readArgumentSpecs(loading, specs, froms.tasks ?? 'main');
  const args = declared ?? specified;
  const role = {name, path, at};
  const defaults = readRoleVars(loading, role, {folder: 'defaults', from: froms.defaults, rank: rank.roleDefaults});
  const vars = readRoleVars(loading, role, {folder: 'vars', from: froms.vars, rank: rank.roleVars});
  if (declared) for (const layer of defaults) checkDefaults(loading, declared, {defaults: layer, role: name});
  const duplicates = memberOf(meta, 'allow_duplicates');
  const found: RoleFiles = {
    name,
    path,
    description:
      textOf(memberOf(meta, 'description')) ?? textOf(memberOf(memberOf(meta, 'galaxy_info'), 'description')),
    arguments: args && withDefaults(args, defaults),
    takesMore: declared === undefined,
    layers: [argumentDefaults(name, declared), ...defaults, ...vars].filter((layer) => layer.entries.size > 0),
    dependencies: itemsOf(memberOf(meta, 'dependencies')),
    allowDuplicates: duplicates?.kind === 'literal' && duplicates.value === true,
  };
  loading.roles.set(key, found);
  return found;
}

function readArguments(loading: Loading, term: Term | undefined): ReadonlyMap<string, RoleArgument> | undefined {
  if (term?.kind !== 'dict') return undefined;
  const required = new Map(textsOf(memberOf(term, 'required')).map(({text, at}) => [text, at]));
  const declared = new Map<string, RoleArgument>();
  const validate = compileArguments(loading, term);
  for (const {key, keyAt, value} of entriesOf(memberOf(term, 'properties'))) {
    if (!checkName(key, {at: keyAt, what: 'an argument', report: loading.report})) continue;
    const plain = plainOf(value, {sources: true});
    const schema = (typeof plain === 'object' && plain !== null ? plain : {}) as JsonSchema;
    const byDefault = memberOf(value, 'default');
    const hasDefault = byDefault !== undefined;
    declared.set(key, {name: key, at: keyAt, schema, required: required.has(key), byDefault, hasDefault, validate});
  }
  for (const argument of declared.values()) {
    if (!argument.byDefault) continue;
    checkLanguage(argument.byDefault, loading.report);
    checkArgument(argument, argument.byDefault, loading.report);
  }
  for (const [name, at] of required) {
    if (!declared.has(name))
      loading.report.error(
        at,
        `required argument "${name}" is not declared`,
        didYouMean(name, declared.keys()) ?? 'declare it in "properties"',
      );
  }
  return declared;
}

/** One validator for all arguments: compiling is dear. A schema that is broken is found by compiling them one by one. */
function compileArguments({schemas, report}: Loading, term: Term): Validate | undefined {
  const definitions = memberOf(term, '$defs');
  const shared = definitions ? {$defs: plainOf(definitions, {sources: true})} : {};
  const entries = entriesOf(memberOf(term, 'properties')).map((entry) => ({
    ...entry,
    schema: plainOf(entry.value, {sources: true}),
  }));
  const properties = Object.fromEntries(entries.map(({key, schema}) => [key, schema]));
  const compiled = schemas.compile({type: 'object', properties, ...shared});
  if (!('problem' in compiled)) return compiled;
  for (const {key, keyAt, schema} of entries) {
    const alone = schemas.compile({type: 'object', properties: {[key]: schema}, ...shared});
    if ('problem' in alone) report.error(keyAt, `argument "${key}" has a broken JSON Schema: ${alone.problem}`);
  }
  return undefined;
}

/** Checks a value that an argument gets by the argument's schema. */
export function checkArgument({name, at, validate}: RoleArgument, value: Term, report: Report): void {
  const given: Term = {kind: 'dict', at, entries: [{key: name, keyAt: at, value}]};
  if (validate) checkTerm(given, validate, {subject: name, report});
}

function checkDefaults(
  loading: Loading,
  declared: ReadonlyMap<string, RoleArgument>,
  {defaults, role}: {readonly defaults: VarLayer; readonly role: string},
): void {
  for (const [name, value] of defaults.entries) {
    const argument = declared.get(name);
    if (argument) checkArgument(argument, value, loading.report);
    if (!argument) {
      const hint =
        didYouMean(name, declared.keys()) ??
        'declare it in meta/main.yml, or put it in vars/main.yml when it is not for users';
      loading.report.error(value.at, `"${name}" has a default and is no argument of the role "${role}"`, hint);
    }
  }
}

function withDefaults(
  declared: ReadonlyMap<string, RoleArgument>,
  defaults: readonly VarLayer[],
): ReadonlyMap<string, RoleArgument> {
  const hasDefault = (name: string): boolean => defaults.some(({entries}) => entries.has(name));
  return new Map(
    [...declared].map(([name, argument]) => [name, {...argument, hasDefault: argument.hasDefault || hasDefault(name)}]),
  );
}

function argumentDefaults(role: string, declared: ReadonlyMap<string, RoleArgument> | undefined): VarLayer {
  const entries = new Map<string, Term>();
  for (const {name, byDefault} of declared?.values() ?? []) if (byDefault) entries.set(name, byDefault);
  return {rank: rank.roleDefaults, origin: `role ${role}, arguments`, entries};
}
