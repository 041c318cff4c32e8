import {readFileSync} from 'node:fs';
import {relative} from 'node:path';
import {evaluate, evaluateExpression, renderTemplate} from '../language/evaluate.js';
import {EvaluationFailed, type Scope} from '../language/reference.js';
import {omit, withoutOmitted} from '../language/omit.js';
import type {Term} from '../language/term.js';
import {reasonOf} from '../reason.js';
import type {Span} from '../span.js';
import {commandWords, Refused, type Evaluated, type LocalCommand, type RenderedTemplate} from '../task.js';
import {Deferred, unknown} from '../unknown.js';
import {readDestination, type PlaceInside} from './local-destination.js';
import {findLocal, readLocal, StillReading} from './local-source.js';
import type {SealedFiles} from './sealed-files.js';
import {settle} from './settle.js';
import type {Turn} from './turn.js';

/** What an argument's schema says to the engine. */
interface Property {
  readonly 'x-local'?: 'file' | 'command' | 'template' | 'destination';
  /** Another argument; where it is true, this one names a place of the machine and stays text. */
  readonly 'x-local-unless'?: string;
  /** Of a destination: the argument with the path of what comes there from the machine, and the one that is true where the place is not below a folder of the host. */
  readonly 'x-local-source'?: string;
  readonly 'x-local-flat'?: string;
  readonly 'x-expression'?: boolean;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly items?: Property;
}

type Args = Readonly<Record<string, unknown>>;

/**
 * The arguments of a node's module: evaluated, checked against the module's schema with its defaults filled in, local files described, templates rendered, conditions decided.
 * Secrets among them are known as such from here on. Throws `EvaluationFailed`, `Deferred` or `LocalFileMissing`.
 */
export async function argumentsOf(turn: Turn): Promise<Args> {
  const {run, task} = turn;
  const properties = propertiesOf(turn);
  const raw = await settle(turn, () =>
    Object.fromEntries(
      task.args.entries.map(({key, value}) => [
        key,
        properties[key]?.['x-expression'] === true ? sourceOf(value) : evaluate(value, turn.scope),
      ]),
    ),
  );
  for (const [name, value] of Object.entries(raw))
    for (const secret of secretsIn(value, properties[name])) run.secrets.add(secret);
  const args = checked(turn, given(turn, raw));
  // A module that takes what is in encrypted files has this argument.
  const sealed = 'decrypt' in properties && args['decrypt'] !== false ? run.sealed : undefined;
  const resolved: Record<string, unknown> = {...args};
  for (const [name, value] of Object.entries(args)) {
    const property = properties[name];
    const at = placeOfArgument(turn, name);
    if (property?.['x-expression'] === true) resolved[name] = await settle(turn, () => decide(value, at, turn.scope));
    const isRemote = property?.['x-local-unless'] !== undefined && args[property['x-local-unless']] === true;
    if (property?.['x-local'] !== undefined && typeof value === 'string' && !isRemote)
      resolved[name] = await localValue(turn, {
        kind: property['x-local'],
        name: value,
        at,
        sealed,
        inside: insideOf(turn, property, args),
      });
  }
  return resolved;
}

/** The arguments without those that are `omit`. */
function given({task}: Turn, raw: Args): Args {
  return withoutOmitted(raw, () => {
    const message = 'omit is a part of a text; it can only be the whole value of an argument';
    return new EvaluationFailed(message, 'choose between the whole text and omit', task.args.at);
  }) as Args;
}

/** The arguments with something in the place of those that are not known yet, so that `reads` can be asked what kinds it is about. */
export function argumentsWithStandIns(turn: Turn, standIn: string): Args {
  const properties = propertiesOf(turn);
  return Object.fromEntries(
    turn.task.args.entries.flatMap(({key, value}): readonly (readonly [string, unknown])[] => {
      try {
        const found = properties[key]?.['x-expression'] === true ? sourceOf(value) : evaluate(value, turn.scope);
        return found === omit ? [] : [[key, found]];
      } catch {
        return [[key, standIn]];
      }
    }),
  );
}

/** The arguments as data, in which those that are not known yet are unknowns. */
export function argumentsWithUnknowns(turn: Turn): Args {
  return Object.fromEntries(
    turn.task.args.entries.flatMap(({key, value}): readonly (readonly [string, unknown])[] => {
      try {
        const found = structuredClone(evaluate(value, turn.scope));
        return found === omit ? [] : [[key, found]];
      } catch (error) {
        return [[key, unknown(error instanceof Deferred ? error.needs : turn.label)]];
      }
    }),
  );
}

/** The members of a result that the module's schema declares, with whether they are secret. */
export function returnsOf(turn: Turn): Readonly<Record<string, {readonly writeOnly?: boolean}>> {
  const schema = turn.run.schemaOf(turn.task.module)?.['returns'] as Property | undefined;
  return schema?.properties ?? {};
}

function propertiesOf(turn: Turn): Readonly<Record<string, Property>> {
  return (turn.run.schemaOf(turn.task.module) as Property | undefined)?.properties ?? {};
}

function checked(turn: Turn, raw: Args): Args {
  const {value, problems} = turn.run.validateArgs(turn.task.module, raw);
  const [problem] = problems;
  if (problem === undefined) return value as Args;
  const [name] = problem.path;
  const term = turn.task.args.entries.find(({key}) => key === name)?.value;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  // As it is written it has quotes: the loader's advice for a bare number would not help.
  const keepsType = term?.kind === 'text' && typeof raw[String(name)] !== 'string';
  const hint = keepsType ? 'a mustache alone keeps the type of its value; {{json …}} makes text of it' : problem.hint;
  throw new EvaluationFailed(problem.message + more, hint, term?.at ?? turn.task.moduleAt);
}

function placeOfArgument({task}: Turn, name: string): Span {
  return task.args.entries.find(({key}) => key === name)?.value.at ?? task.moduleAt;
}

/** A condition as it stands in the playbook. */
function sourceOf(term: Term): unknown {
  switch (term.kind) {
    case 'literal':
      return term.value;
    case 'expression':
      return term.source;
    case 'list':
      return term.items.map(sourceOf);
    case 'text':
      throw new EvaluationFailed(
        `'${term.source}' is a condition, and conditions have no mustaches`,
        'write the expression without {{ and }}',
        term.at,
      );
    case 'dict':
      throw new EvaluationFailed('a condition cannot be a map', 'write an expression', term.at);
  }
}

function decide(source: unknown, at: Span, scope: Scope): Evaluated | readonly Evaluated[] {
  if (Array.isArray(source)) return source.map((each) => decide(each, at, scope) as Evaluated);
  const text = String(source);
  return {text, value: typeof source === 'string' ? evaluateExpression({source, at}, scope) : source};
}

interface LocalArgument {
  readonly kind: NonNullable<Property['x-local']>;
  readonly name: string;
  readonly at: Span;
  /** Opens encrypted files, where that is wanted. */
  readonly sealed: SealedFiles | undefined;
  readonly inside: PlaceInside | undefined;
}

function insideOf(turn: Turn, property: Property, args: Args): PlaceInside | undefined {
  const source = args[property['x-local-source'] ?? ''];
  if (typeof source !== 'string') return undefined;
  return {host: turn.node.host, source, flat: args[property['x-local-flat'] ?? ''] === true};
}

async function localValue(turn: Turn, {kind, name, at, sealed, inside}: LocalArgument): Promise<unknown> {
  if (kind === 'destination') return readDestination(name, {play: turn.node.play, hashes: turn.run.hashes, inside});
  const [file, words] = kind === 'command' ? commandWords(name) : [name, ''];
  const path = findLocal(file, {
    play: turn.node.play,
    task: turn.task,
    folder: kind === 'template' ? 'templates' : 'files',
  });
  const unreadable = (error: unknown): never => {
    if (error instanceof Refused || error instanceof StillReading) throw error;
    throw new EvaluationFailed(`'${name}' cannot be read: ${reasonOf(error)}`, undefined, at);
  };
  if (kind === 'file' || kind === 'command') {
    const source = await readLocal(path, turn.run.hashes, {sealed, waits: turn.mayRead}).catch(unreadable);
    return kind === 'file' ? source : ({source, words} satisfies LocalCommand);
  }
  const open = await sealed?.open(path).catch(unreadable);
  const source = open?.bytes.toString('utf8') ?? readText(path, unreadable);
  const shown = relative(process.cwd(), path);
  const text = await settle(turn, () =>
    renderTemplate(source, turn.scope, {file: shown.startsWith('..') ? path : shown}),
  );
  return {path, text} satisfies RenderedTemplate;
}

/** What of a size to be rendered is read in less time than it takes to wait for it. */
function readText(path: string, unreadable: (error: unknown) => never): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return unreadable(error);
  }
}

function secretsIn(value: unknown, property: Property | undefined): readonly unknown[] {
  if (property === undefined) return [];
  if (property.writeOnly === true) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, property.items));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => secretsIn(member, property.properties?.[name]));
}
