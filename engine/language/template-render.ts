import {HelperFailed, helpers, kindOf} from './template-helpers.js';
import {hasMember} from './lazy-object.js';
import {didYouMean} from './near.js';
import {SourceFailed, type Scope} from './reference.js';
import type {TemplateBody, TemplateCall, TemplatePath, TemplateValue} from './template-tree.js';

/** Where rendering stands: a block with a subject opens a frame of its own. */
interface Frame {
  readonly context: unknown;
  /** `@index`, `@key`, `@first`, `@last` and names given by `as |…|`. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly names: Readonly<Record<string, unknown>>;
  readonly outer: Frame | undefined;
}

const nothing: Readonly<Record<string, unknown>> = Object.create(null) as Readonly<Record<string, unknown>>;

/** Renders text; throws `SourceFailed` with the place in the template, or what a getter of the scope throws. */
export function renderText(body: TemplateBody, scope: Scope): string {
  return textOf(body, {context: scope, data: nothing, names: nothing, outer: undefined});
}

/** Evaluates one value with its type kept. */
export function renderValue(value: TemplateValue, scope: Scope): unknown {
  return evaluate(value, {context: scope, data: nothing, names: nothing, outer: undefined});
}

function textOf(body: TemplateBody, frame: Frame): string {
  let text = '';
  for (const node of body) {
    switch (node.kind) {
      case 'content':
        text += node.text;
        break;
      case 'value':
        text += scalarText(evaluate(node.value, frame), node.value);
        break;
      case 'if':
        text += textOf(decides(node.condition, frame) === node.negated ? node.otherwise : node.body, frame);
        break;
      case 'with': {
        const context = evaluate(node.subject, frame);
        text +=
          context === null
            ? textOf(node.otherwise, frame)
            : textOf(node.body, {context, data: frame.data, names: named(node.names, [context]), outer: frame});
        break;
      }
      case 'each': {
        const entries = entriesOf(evaluate(node.subject, frame), node.subject);
        if (entries.length === 0) text += textOf(node.otherwise, frame);
        entries.forEach(([key, context], index) => {
          const data = {key, index, first: index === 0, last: index === entries.length - 1};
          text += textOf(node.body, {
            context: context(),
            data,
            names: named(node.names, [context(), key]),
            outer: frame,
          });
        });
      }
    }
  }
  return text;
}

function named(names: readonly string[], values: readonly unknown[]): Readonly<Record<string, unknown>> {
  const record = Object.create(null) as Record<string, unknown>;
  names.forEach((name, index) => (record[name] = values[index]));
  return record;
}

function entriesOf(subject: unknown, source: TemplateValue): readonly (readonly [string | number, () => unknown])[] {
  if (Array.isArray(subject)) return subject.map((_, index) => [index, () => subject[index] as unknown]);
  if (typeof subject === 'object' && subject !== null)
    return Object.keys(subject).map((key) => [key, () => Reflect.get(subject, key) as unknown]);
  throw new SourceFailed(
    `{{#each}} wants a list or a dict, but ${describe(source)} is ${kindOf(subject)}`,
    undefined,
    source.range,
  );
}

function decides(condition: TemplateValue, frame: Frame): boolean {
  const value = evaluate(condition, frame);
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.length > 0;
  const hint = 'decide with a boolean or a list: {{#if (eq name "text")}}';
  throw new SourceFailed(
    `{{#if}} wants a boolean or a list, but ${describe(condition)} is ${kindOf(value)}`,
    hint,
    condition.range,
  );
}

function scalarText(value: unknown, source: TemplateValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const name = source.kind === 'path' ? source.text : 'value';
  const hint =
    value === null
      ? `say what stands for it: {{default ${name} ""}}`
      : Array.isArray(value)
        ? `write {{join ${name} ","}} or {{json ${name}}}`
        : `write {{json ${name}}} or {{yaml ${name}}}`;
  throw new SourceFailed(`${describe(source)} is ${kindOf(value)}, which cannot stand in text`, hint, source.range);
}

function describe(source: TemplateValue): string {
  switch (source.kind) {
    case 'literal':
      return JSON.stringify(source.value);
    case 'path':
      return `"${source.text}"`;
    case 'call':
      return `the result of "${source.helper}"`;
  }
}

function evaluate(value: TemplateValue, frame: Frame): unknown {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'path':
      return follow(value, frame, true);
    case 'call':
      return call(value, frame);
  }
}

function call(source: TemplateCall, frame: Frame): unknown {
  const [first, second] = source.arguments;
  if (source.helper === 'default' && first && second) {
    const value = first.kind === 'path' ? follow(first, frame, false) : evaluate(first, frame);
    return value ?? evaluate(second, frame);
  }
  if (source.helper === 'and') return source.arguments.every((part) => decides(part, frame));
  if (source.helper === 'or') return source.arguments.some((part) => decides(part, frame));
  if (source.helper === 'lookup' && first && second)
    return member(evaluate(first, frame), evaluate(second, frame), source, describe(first));
  const helper = helpers.get(source.helper);
  if (!helper?.call) throw new Error(`Internal error: a template with problems was rendered (${source.helper})`);
  const values = source.arguments.map((argument) => evaluate(argument, frame));
  const options = Object.fromEntries([...source.named].map(([name, option]) => [name, evaluate(option, frame)]));
  try {
    return helper.call(values, options);
  } catch (error) {
    if (!(error instanceof HelperFailed)) throw error;
    throw new SourceFailed(
      `"${source.helper}": ${error.message}`,
      error.hint ?? `write {{${helper.usage}}}`,
      source.range,
    );
  }
}

function member(value: unknown, key: unknown, source: TemplateCall, name: string): unknown {
  if (
    typeof value === 'object' &&
    value !== null &&
    (typeof key === 'string' || typeof key === 'number') &&
    Object.hasOwn(value, key)
  ) {
    return Reflect.get(value, key);
  }
  throw new SourceFailed(`${name} has no member ${JSON.stringify(key)}`, nearKey(String(key), value), source.range);
}

function nearKey(key: string, value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? didYouMean(key, Object.keys(value))
    : undefined;
}

/** The value at a path; undefined for what is missing when it need not be there. */
function follow(path: TemplatePath, frame: Frame, strict: boolean): unknown {
  const {value: first, rest} = start(path, frame);
  let value = first;
  let seen = path.data ? '@' : '';
  for (const [index, part] of rest.entries()) {
    if (typeof value !== 'object' || value === null || !hasMember(value, part)) {
      if (!strict) return undefined;
      throw missing(path, {
        seen,
        part,
        value,
        atRoot: seen === '' && !path.here,
        inside: index === 0 && frame.outer !== undefined,
      });
    }
    value = Reflect.get(value, part) as unknown;
    seen = seen === '' ? part : `${seen}.${part}`;
  }
  return value;
}

function start(path: TemplatePath, frame: Frame): {value: unknown; rest: readonly string[]} {
  const [first] = path.parts;
  if (path.data)
    return first === 'root'
      ? {value: rootOf(frame), rest: path.parts.slice(1)}
      : {value: above(frame, path.up).data, rest: path.parts};
  if (path.up === 0 && !path.here && first !== undefined) {
    for (let at: Frame | undefined = frame; at; at = at.outer) {
      if (Object.hasOwn(at.names, first)) return {value: at.names[first], rest: path.parts.slice(1)};
    }
  }
  return {value: above(frame, path.up).context, rest: path.parts};
}

function above(frame: Frame, up: number): Frame {
  return up > 0 && frame.outer ? above(frame.outer, up - 1) : frame;
}

function rootOf(frame: Frame): unknown {
  return frame.outer ? rootOf(frame.outer) : frame.context;
}

interface Missing {
  readonly seen: string;
  readonly part: string;
  readonly value: unknown;
  readonly atRoot: boolean;
  readonly inside: boolean;
}

function missing(path: TemplatePath, found: Missing): SourceFailed {
  if (found.atRoot && !found.inside)
    return new SourceFailed(`"${found.part}" is not defined`, nearKey(found.part, found.value), path.range);
  if (found.atRoot) {
    const hint =
      nearKey(found.part, found.value) ??
      `a name from outside the block is written {{../${path.text}}} or {{@root.${path.text}}}`;
    return new SourceFailed(`"${found.part}" is not a member of what the block is about`, hint, path.range);
  }
  if (typeof found.value !== 'object' || found.value === null) {
    return new SourceFailed(
      `"${found.seen}" is ${kindOf(found.value)} and has no member "${found.part}"`,
      undefined,
      path.range,
    );
  }
  return new SourceFailed(
    `"${found.seen}" has no member "${found.part}"`,
    nearKey(found.part, found.value),
    path.range,
  );
}
