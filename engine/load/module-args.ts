import type {DictEntry, Term} from '../language/term.js';
import type {Span} from '../span.js';
import {plainNames} from './argument-names.js';
import {asExpression, checkLanguage} from './check-language.js';
import {checkTerm} from './check-term.js';
import {withModuleDefaults} from './module-defaults.js';
import {plainOf} from './plain.js';
import type {Report} from './report.js';
import type {JsonSchema, Schemas} from './schema.js';
import {shown} from './schema-problem.js';
import {hideSecretArgs} from './secret-args.js';

export type DictTerm = Extract<Term, {kind: 'dict'}>;

/** The arguments of a task as a dict, checked as far as they are known: free form put under its name, conditions marked as expressions. */
export function readArgs(
  module: string,
  written: Term,
  {
    at,
    schemas,
    report,
    more,
    defaults,
  }: {
    readonly at: Span;
    readonly schemas: Schemas;
    readonly report: Report;
    /** The keyword `args`: further arguments. */
    readonly more?: Term | undefined;
    /** Arguments that count where the task gives none: `module_defaults`. */
    readonly defaults?: readonly DictEntry[] | undefined;
  },
): DictTerm {
  const schema = schemas.module(module);
  const own = asDict(module, written, {at, schema, report});
  if (!own) return {kind: 'dict', at, entries: []};
  const told = withMore(module, own, {more, report});
  const named = {...told, entries: plainNames(told.entries, schema)};
  const dict = withModuleDefaults(named, defaults === undefined ? undefined : plainNames(defaults, schema));
  hideSecretArgs(dict, schema, report);
  const marked = schema ? markExpressions(dict, schema) : dict;
  checkLanguage(marked, report);
  const validate = schemas.moduleValidator(module);
  const checked = validate ? checkTerm(marked, validate, {subject: module, at, report}) : marked;
  return checked.kind === 'dict' ? checked : dict;
}

function asDict(
  module: string,
  written: Term,
  {at, schema, report}: {readonly at: Span; readonly schema: JsonSchema | undefined; readonly report: Report},
): DictTerm | undefined {
  if (written.kind === 'dict') return written;
  if (written.kind === 'literal' && written.value === null) return {kind: 'dict', at, entries: []};
  const freeForm = schema?.['x-free-form'];
  const isText =
    written.kind === 'text' ||
    written.kind === 'expression' ||
    (written.kind === 'literal' && typeof written.value === 'string');
  if (typeof freeForm === 'string' && isText) {
    const line = written.kind === 'text' ? written.source : written.kind === 'literal' ? String(written.value) : '';
    const stray = strayWords(line, {schema, freeForm});
    if (stray !== undefined)
      report.error(
        written.at,
        `"${stray.word}" would be a part of the ${freeForm}; arguments of ${module} are a map`,
        `write "${module}: {${freeForm}: ${quotedWord(stray.rest)}, ${stray.words}}"`,
      );
    return {kind: 'dict', at: written.at, entries: [{key: freeForm, keyAt: written.at, value: written}]};
  }
  const source = written.kind === 'text' ? written.source : written.kind === 'literal' ? written.value : undefined;
  if (typeof source === 'string' && /^\s*\w+=/.test(source)) {
    report.error(
      written.at,
      `the arguments of ${module} must be a map, found "key=value" words`,
      `write ${rewrittenWords(module, source)}`,
    );
  } else {
    report.error(
      written.at,
      `the arguments of ${module} must be a map, found ${shown(plainOf(written))}`,
      `write "${module}:" and below it, indented, "name: value" lines`,
    );
  }
  return undefined;
}

/** The arguments of the module and those of `args`, each once. */
function withMore(
  module: string,
  own: DictTerm,
  {more, report}: {readonly more: Term | undefined; readonly report: Report},
): DictTerm {
  // What is no map was reported by the schema.
  if (more?.kind !== 'dict') return own;
  for (const {key, keyAt} of more.entries) {
    if (own.entries.some((entry) => entry.key === key))
      report.error(keyAt, `"${key}" stands under "${module}" and under "args"`, 'write it once');
  }
  return {...own, entries: [...more.entries, ...own.entries]};
}

const word = /(\w+)=("[^"]*"|'[^']*'|(?:\{\{.*?\}\}|\S)+)/g;

/** `src=a dest="b c"` as a YAML map under its module; words before are the module's text. */
export function rewrittenWords(module: string, source: string): string {
  const pairs = [...source.matchAll(word)].map(([, name = '', value = '']) => pair(name, value));
  if (pairs.length === 0) return source === '' ? `${module}: {}` : `${module}: ${source}`;
  return `${module}: {${pairs.join(', ')}}`;
}

function pair(name: string, value: string): string {
  return `${name}: ${/^["']/.test(value) ? value : quotedWord(value)}`;
}

function quotedWord(value: string): string {
  return /^[\w./+-][\w ./+=-]*$/.test(value) && !/^(?:0\d|yes|no|on|off)/.test(value)
    ? value
    : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Whether a word begins here, outside of quotes. */
function standsAlone(before: string): boolean {
  return /(?:^|\s)$/.test(before) && (before.match(/["']/g) ?? []).length % 2 === 0;
}

/** Words of a free-form text that name arguments of the module: Ansible takes them out of it. */
function strayWords(
  line: string,
  {schema, freeForm}: {readonly schema: JsonSchema | undefined; readonly freeForm: string},
): {readonly word: string; readonly rest: string; readonly words: string} | undefined {
  const names = Object.keys(schema?.['properties'] ?? {}).filter((name) => name !== freeForm);
  const found = [...line.matchAll(word)].filter(
    (match) => names.includes(match[1] ?? '') && standsAlone(line.slice(0, match.index)),
  );
  const [first] = found;
  if (!first) return undefined;
  const rest = found
    .reduce((text, [whole]) => text.replace(whole, ''), line)
    .replaceAll(/\s+/g, ' ')
    .trim();
  const words = found.map(([, name = '', value = '']) => pair(name, value)).join(', ');
  return {word: first[0], rest, words};
}

/** Turns texts into expressions wherever the schema says so. */
function markExpressions(term: Term, schema: unknown): Term {
  if (typeof schema !== 'object' || schema === null) return term;
  const {
    'x-expression': isExpression,
    properties,
    items,
  } = schema as {
    readonly 'x-expression'?: unknown;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly items?: unknown;
  };
  if (isExpression === true) return asExpression(term);
  if (term.kind === 'dict' && properties) {
    return {
      ...term,
      entries: term.entries.map((entry) => ({
        ...entry,
        value: markExpressions(entry.value, Object.hasOwn(properties, entry.key) ? properties[entry.key] : undefined),
      })),
    };
  }
  return term.kind === 'list' && items !== undefined
    ? {...term, items: term.items.map((item) => markExpressions(item, items))}
    : term;
}
