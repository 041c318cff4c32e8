import type {Range, Reference, Scope} from './reference.js';

/** A node of the library's tree, as far as references need it. */
export interface ExpressionNode {
  readonly op: string;
  readonly args: unknown;
  readonly range: {readonly start: number; readonly end: number};
}

type Segments = readonly (string | number | null)[];

/** Macros that bind their first argument to the items of what they are called on. */
const binders: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** Names that always mean a type or a namespace of CEL. */
const builtIn: ReadonlySet<string> = new Set([
  'type',
  'string',
  'int',
  'uint',
  'double',
  'bool',
  'bytes',
  'list',
  'map',
  'null_type',
  'optional',
  'cel',
  'google',
]);

interface Walk {
  readonly found: Reference[];
  /** Names bound by macros, with the path of what they stand for where it is one. */
  readonly bound: ReadonlyMap<string, Segments | undefined>;
  /** Evaluates a piece of the source, for indexes. */
  readonly evaluate: (range: Range, scope: Scope) => unknown;
  readonly optional: Reference['optional'] | undefined;
}

/** What an expression names outside itself. */
export function expressionReferences(tree: ExpressionNode, evaluate: Walk['evaluate']): readonly Reference[] {
  const found: Reference[] = [];
  walk(tree, {found, bound: new Map(), evaluate, optional: undefined});
  return found;
}

function walk(node: ExpressionNode, state: Walk): void {
  const path = pathOf(node, state);
  if (path) {
    if (path.segments) state.found.push(referenceTo(node, path, state));
    for (const key of path.keys) walk(key, {...state, optional: undefined});
    return;
  }
  if (node.op === 'value') return;
  if (node.op === 'call') {
    const [name, parts] = node.args as [string, readonly ExpressionNode[]];
    for (const part of parts) walk(part, name === 'has' ? {...state, optional: 'member'} : state);
    return;
  }
  if (node.op === 'rcall') {
    inMethod(node, state);
    return;
  }
  for (const child of childrenOf(node)) walk(child, state);
}

function inMethod(node: ExpressionNode, state: Walk): void {
  const [name, receiver, parts] = node.args as [string, ExpressionNode, readonly ExpressionNode[]];
  const [variable, ...rest] = parts;
  if (binders.has(name) && variable?.op === 'id') {
    walk(receiver, state);
    const over = pathOf(receiver, state)?.segments;
    const bound = new Map(state.bound).set(variable.args as string, over && [...over, null]);
    for (const part of rest) walk(part, {...state, bound});
    return;
  }
  if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel' && variable?.op === 'id') {
    const [value, body] = rest;
    if (value) walk(value, state);
    const bound = new Map(state.bound).set(variable.args as string, value && pathOf(value, state)?.segments);
    if (body) walk(body, {...state, bound});
    return;
  }
  walk(receiver, state);
  for (const part of parts) walk(part, state);
}

interface Path {
  /** Undefined: a name that is bound to something without a path. */
  readonly segments: Segments | undefined;
  /** Indexes that are expressions of their own. */
  readonly keys: readonly ExpressionNode[];
  readonly optional: boolean;
  readonly local: boolean;
}

function pathOf(node: ExpressionNode, state: Walk): Path | undefined {
  if (node.op === 'id') {
    const name = node.args as string;
    const local = state.bound.has(name);
    const outside = builtIn.has(name) ? undefined : [name];
    return {segments: local ? state.bound.get(name) : outside, keys: [], optional: false, local};
  }
  if (node.op === '.' || node.op === '.?') {
    const [base, member] = node.args as [ExpressionNode, string | ExpressionNode];
    const path = pathOf(base, state);
    const last = typeof member === 'string' ? member : literalKey(member);
    return (
      path && {
        ...path,
        segments: path.segments && [...path.segments, last],
        optional: path.optional || node.op === '.?',
      }
    );
  }
  if (node.op === '[]' || node.op === '[?]') {
    const [base, key] = node.args as [ExpressionNode, ExpressionNode];
    const path = pathOf(base, state);
    const last = literalKey(key);
    const keys = last === null ? [...(path?.keys ?? []), key] : (path?.keys ?? []);
    return (
      path && {
        ...path,
        keys,
        segments: path.segments && [...path.segments, last],
        optional: path.optional || node.op === '[?]',
      }
    );
  }
  return undefined;
}

function literalKey(key: ExpressionNode): string | number | null {
  if (key.op !== 'value') return null;
  if (typeof key.args === 'string') return key.args;
  return typeof key.args === 'bigint' ? Number(key.args) : null;
}

function referenceTo(node: ExpressionNode, path: Path, state: Walk): Reference {
  const optional = state.optional ?? (path.optional ? 'member' : undefined);
  const segments = path.segments ?? [];
  const usesBound = path.local || path.keys.some((key) => names(key).some((name) => state.bound.has(name)));
  const resolve = (scope: Scope): Segments => {
    const keys = [...path.keys];
    return segments.map((segment) => {
      const key = segment === null ? keys.shift() : undefined;
      return key ? (state.evaluate([key.range.start, key.range.end], scope) as string | number) : segment;
    });
  };
  return {
    path: segments,
    range: [node.range.start, node.range.end],
    ...(optional ? {optional} : {}),
    ...(segments.includes(null) && !usesBound ? {resolve} : {}),
  };
}

function names(node: ExpressionNode): readonly string[] {
  return node.op === 'id' ? [node.args as string] : childrenOf(node).flatMap(names);
}

function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  const found: ExpressionNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && 'op' in value) found.push(value as ExpressionNode);
  };
  collect(node.args);
  return found;
}
