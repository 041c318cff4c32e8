import {renderValue} from './template-render.js';
import type {Range, Reference, Scope} from './reference.js';
import type {TemplateBody, TemplatePath, TemplateValue} from './template-tree.js';

type Segments = readonly (string | null)[];

/** A block about something: its path (undefined when it is computed), and the paths of names given by `as |…|`. */
interface Level {
  readonly path: Segments | undefined;
  readonly names: ReadonlyMap<string, Segments | undefined>;
  /** Whether an index of the path is bound by the template itself, so that no scope outside can resolve it. */
  readonly bound: boolean;
}

/** What a template names outside itself; members of what a block walks over are traced to its path. */
export function templateReferences(body: TemplateBody): readonly Reference[] {
  const found: Reference[] = [];
  inBody(body, [{path: [], names: new Map(), bound: false}], found);
  return found;
}

function inBody(body: TemplateBody, levels: readonly Level[], found: Reference[]): void {
  for (const node of body) {
    switch (node.kind) {
      case 'content':
        break;
      case 'value':
        inValue(node.value, levels, {found, optional: false});
        break;
      case 'if':
        inValue(node.condition, levels, {found, optional: false});
        inBody(node.body, levels, found);
        inBody(node.otherwise, levels, found);
        break;
      case 'with':
      case 'each': {
        inValue(node.subject, levels, {found, optional: false});
        const subject = pathOf(node.subject, levels);
        const item = subject === undefined || node.kind === 'with' ? subject : [...subject, null];
        const names = new Map(node.names.map((name, index) => [name, index === 0 ? item : undefined]));
        inBody(node.body, [{path: item, names, bound: node.kind === 'each'}, ...levels], found);
        inBody(node.otherwise, levels, found);
      }
    }
  }
}

interface Use {
  readonly found: Reference[];
  readonly optional: boolean;
}

function inValue(value: TemplateValue, levels: readonly Level[], use: Use): void {
  if (value.kind === 'literal') return;
  const path = pathOf(value, levels);
  if (value.kind === 'call') {
    value.arguments.forEach((argument, index) => {
      // A lookup is one longer path: its first argument is no reference of its own.
      const isBase = value.helper === 'lookup' && index === 0 && path !== undefined;
      if (!isBase) inValue(argument, levels, {found: use.found, optional: value.helper === 'default' && index === 0});
      else if (argument.kind === 'call') inLookupKeys(argument, levels, use);
    });
    for (const option of value.named.values()) inValue(option, levels, {found: use.found, optional: false});
    if (value.helper !== 'lookup') return;
  }
  if (path === undefined || path.length === 0) return;
  use.found.push(
    referenceTo(path, value, {range: value.range, optional: use.optional, bound: levels.some((level) => level.bound)}),
  );
}

function inLookupKeys(value: TemplateValue & {kind: 'call'}, levels: readonly Level[], use: Use): void {
  const [base, key] = value.arguments;
  if (key) inValue(key, levels, {found: use.found, optional: false});
  if (base?.kind === 'call') inLookupKeys(base, levels, use);
}

function referenceTo(
  path: Segments,
  value: TemplateValue,
  more: {readonly range: Range; readonly optional: boolean; readonly bound: boolean},
): Reference {
  const resolve =
    value.kind === 'call' && path.includes(null) && !more.bound
      ? {resolve: (scope: Scope) => resolved(value, scope)}
      : {};
  return {path, range: more.range, ...(more.optional ? {optional: 'name' as const} : {}), ...resolve};
}

function resolved(value: TemplateValue, scope: Scope): Segments {
  if (value.kind === 'path') return value.parts;
  const [base, key] = value.kind === 'call' ? value.arguments : [];
  return base && key ? [...resolved(base, scope), String(renderValue(key, scope))] : [];
}

function pathOf(value: TemplateValue, levels: readonly Level[]): Segments | undefined {
  switch (value.kind) {
    case 'literal':
      return undefined;
    case 'path':
      return ofPath(value, levels);
    case 'call': {
      const [base, key] = value.arguments;
      if (value.helper !== 'lookup' || !base || !key) return undefined;
      const path = pathOf(base, levels);
      const last = key.kind === 'literal' ? String(key.value) : null;
      return path && [...path, last];
    }
  }
}

function ofPath(path: TemplatePath, levels: readonly Level[]): Segments | undefined {
  if (path.data) return path.parts[0] === 'root' ? path.parts.slice(1) : undefined;
  const [first, ...rest] = path.parts;
  if (path.up === 0 && !path.here && first !== undefined) {
    for (const level of levels) {
      if (!level.names.has(first)) continue;
      const named = level.names.get(first);
      return named && [...named, ...rest];
    }
  }
  const level = levels[Math.min(path.up, levels.length - 1)];
  return level?.path && [...level.path, ...path.parts];
}
