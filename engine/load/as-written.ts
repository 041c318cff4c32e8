import type {Term} from '../language/term.js';
import {plainOf} from './plain.js';

/** The data of a term for people: templates as they are written, expressions behind `!cel`, what is encrypted as its tag. */
export function asWritten(term: Term): unknown {
  if ('vault' in term) return plainOf(term, {sealed: true});
  switch (term.kind) {
    case 'literal':
      return term.value;
    case 'text':
      return term.source;
    case 'expression':
      return `!cel ${term.source}`;
    case 'list':
      return term.items.map(asWritten);
    case 'dict':
      return Object.fromEntries(term.entries.map(({key, value}) => [key, asWritten(value)]));
  }
}
