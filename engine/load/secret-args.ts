import type {Term} from '../language/term.js';
import type {Report} from './report.js';

/** Takes what stands plainly where a schema says `writeOnly` as secrets, before anything can tell of it. */
export function hideSecretArgs(term: Term, schema: unknown, report: Report): void {
  if (typeof schema !== 'object' || schema === null) return;
  const {writeOnly, properties, items} = schema as {
    readonly writeOnly?: unknown;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly items?: unknown;
  };
  if (writeOnly === true) report.secret(plainTexts(term));
  else if (term.kind === 'list') for (const item of term.items) hideSecretArgs(item, items, report);
  else if (term.kind === 'dict')
    for (const {key, value} of term.entries)
      if (properties && Object.hasOwn(properties, key)) hideSecretArgs(value, properties[key], report);
}

function plainTexts(term: Term): readonly unknown[] {
  switch (term.kind) {
    case 'literal':
      return [term.value];
    case 'text':
    case 'expression':
      return [];
    case 'list':
      return term.items.flatMap(plainTexts);
    case 'dict':
      return term.entries.flatMap(({value}) => plainTexts(value));
  }
}
