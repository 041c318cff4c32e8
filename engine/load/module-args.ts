import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {asExpression, checkLanguage} from './check-language.js';
import {checkTerm} from './check-term.js';
import {plainOf} from './plain.js';
import type {Report} from './report.js';
import type {JsonSchema, Schemas} from './schema.js';
import {shown} from './schema-problem.js';

export type DictTerm = Extract<Term, {kind: 'dict'}>;

/** The arguments of a task as a dict, checked as far as they are known: free form put under its name, conditions marked as expressions. */
export function readArgs(
  module: string,
  written: Term,
  {at, schemas, report}: {readonly at: Span; readonly schemas: Schemas; readonly report: Report},
): DictTerm {
  const schema = schemas.module(module);
  const dict = asDict(module, written, {at, schema, report});
  if (!dict) return {kind: 'dict', at, entries: []};
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
  const isText = written.kind === 'text' || (written.kind === 'literal' && typeof written.value === 'string');
  if (typeof freeForm === 'string' && isText)
    return {kind: 'dict', at: written.at, entries: [{key: freeForm, keyAt: written.at, value: written}]};
  const source = written.kind === 'text' ? written.source : written.kind === 'literal' ? written.value : undefined;
  if (typeof source === 'string' && /^\s*\w+=/.test(source)) {
    report.error(
      written.at,
      `the arguments of ${module} must be a map, found "key=value" words`,
      `write ${rewritten(module, source)}`,
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

/** `src=a dest="b c"` as a YAML map. */
function rewritten(module: string, source: string): string {
  const pairs = [...source.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S+)/g)].map(
    ([, name = '', value = '']) => `${name}: ${/[{:,#]/.test(value) && !/^["']/.test(value) ? `"${value}"` : value}`,
  );
  return `${module}: {${pairs.join(', ')}}`;
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
