import type {Span} from '../span.js';

/**
 * A value of the user's YAML with its places: text with mustaches and expressions are kept as source until a scope is there to evaluate them.
 * A string without mustaches is a literal. `text` is the Handlebars source; `expression` the CEL source (`!cel`).
 * `vault` marks what was encrypted: the sealed text as it was written; empty where the whole file was.
 */
export type Term =
  | {
      readonly kind: 'literal';
      readonly at: Span;
      readonly value: string | number | boolean | null;
      readonly vault?: string;
    }
  | {readonly kind: 'text'; readonly at: Span; readonly source: string; readonly vault?: string}
  | {readonly kind: 'expression'; readonly at: Span; readonly source: string}
  | {readonly kind: 'list'; readonly at: Span; readonly items: readonly Term[]}
  | {readonly kind: 'dict'; readonly at: Span; readonly entries: readonly DictEntry[]};

export interface DictEntry {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: Term;
}
