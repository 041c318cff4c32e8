import {omit} from '../language/omit.js';
import type {DictEntry, Term} from '../language/term.js';
import type {Span} from '../span.js';

const opaque: unknown = Object.freeze({});

/** Whether a value of `plainOf` stands for a template or an expression, whose value is not known yet. */
export function isOpaque(value: unknown): boolean {
  return value === opaque;
}

/** A term for a string: text when it holds mustaches, else a literal. */
export function stringTerm(value: string, at: Span): Term {
  return value.includes('{{') ? {kind: 'text', at, source: value} : {kind: 'literal', at, value};
}

export interface PlainOptions {
  /** Templates become their source. */
  readonly sources?: boolean;
  /** What was encrypted becomes `sealedValue`. */
  readonly sealed?: boolean;
  /** The values of templates, where they are known. */
  readonly known?: ReadonlyMap<Term, unknown>;
}

/** The data of a term. Templates and expressions become opaque objects. */
export function plainOf(term: Term, options: PlainOptions = {}): unknown {
  if (options.sealed && 'vault' in term) return sealedValue(term.vault);
  switch (term.kind) {
    case 'literal':
      return term.value;
    case 'text':
    case 'expression': {
      if (options.sources && term.kind === 'text') return term.source;
      return options.known?.has(term) ? options.known.get(term) : opaque;
    }
    case 'list':
      return term.items.map((item) => plainOf(item, options));
    case 'dict':
      return Object.fromEntries(
        term.entries.map(({key, value}) => [key, plainOf(value, options)]).filter(([, value]) => value !== omit),
      );
  }
}

/** How an encrypted value is shown: a sealed text as Ansible's JSON writes it, a value of a sealed file as its tag alone. */
function sealedValue(sealed: string): unknown {
  return sealed === '' ? '!vault' : {__ansible_vault: sealed};
}

/** The entries of a dict term; none for anything else (what it is was reported by its schema). */
export function entriesOf(term: Term | undefined): readonly DictEntry[] {
  return term?.kind === 'dict' ? term.entries : [];
}

/** The items of a list term; none for anything else. */
export function itemsOf(term: Term | undefined): readonly Term[] {
  return term?.kind === 'list' ? term.items : [];
}

/** The value under a key of a dict term. */
export function memberOf(term: Term | undefined, key: string): Term | undefined {
  return entriesOf(term).find((entry) => entry.key === key)?.value;
}

/** A string that is no template. */
export function textOf(term: Term | undefined): string | undefined {
  return term?.kind === 'literal' && typeof term.value === 'string' ? term.value : undefined;
}

/** A list of strings, or one string: written either way. */
export function textsOf(term: Term | undefined): readonly {readonly text: string; readonly at: Span}[] {
  const all = term?.kind === 'list' ? term.items : term ? [term] : [];
  return all.flatMap((item) =>
    item.kind === 'literal' && typeof item.value === 'string' ? [{text: item.value, at: item.at}] : [],
  );
}
