import {isSound, takeAsSound, type Language} from '../language/sound.js';
import type {DictEntry, Term} from '../language/term.js';
import {locatable, type Span} from '../span.js';
import {placesOf, type ScalarSource} from './scalar-place.js';

/** What is known of files that were read before, by the sha256 of their bytes. */
export interface KeptTerms {
  find(digest: string): KeptFile | undefined;
  /** Keeps what `form` gives once everything is read and checked. */
  keep(digest: string, form: () => KeptFile): void;
}

/** A file's term, or a file that is a template, with the languages in which it is sound. */
export type KeptFile = KeptTerm | readonly ['template', string];

type Place = readonly [line: number, column: number, length: number];
/** Where a scalar stands in the text of its file. */
type Source = readonly [start: number, end: number, style: number];

/** A term as JSON, without the name of its file. */
export type KeptTerm =
  | readonly ['value', Place, number | boolean | null]
  | readonly ['literal' | 'text' | 'expression', Place, string, Source, soundIn: string]
  | readonly ['list', Place, readonly KeptTerm[]]
  | readonly ['dict', Place, readonly KeptEntry[]];
type KeptEntry = readonly [key: string, place: Place, value: KeptTerm];

/** The letters of the languages in which a text is sound. */
const letters: Readonly<Record<Language, string>> = {template: 't', expression: 'e'};
const languages = ['template', 'expression'] as const;

const styles: readonly ScalarSource['style'][] = ['plain', 'single', 'double', 'block'];

/** A term in the form in which it is kept; `scalars` tells where its texts stand. */
export function keptForm(term: Term, scalars: ReadonlyMap<Span, ScalarSource>): KeptTerm {
  const place = placeOf(term.at);
  switch (term.kind) {
    case 'literal':
      return typeof term.value === 'string'
        ? ['literal', place, term.value, sourceOf(term.at, scalars), soundIn(term.value)]
        : ['value', place, term.value];
    case 'text':
    case 'expression':
      return [term.kind, place, term.source, sourceOf(term.at, scalars), soundIn(term.source)];
    case 'list':
      return ['list', place, term.items.map((item) => keptForm(item, scalars))];
    case 'dict':
      return [
        'dict',
        place,
        term.entries.map(({key, keyAt, value}) => [key, placeOf(keyAt), keptForm(value, scalars)]),
      ];
  }
}

function placeOf({line, column, length}: Span): Place {
  return [line, column, length];
}

function sourceOf(at: Span, scalars: ReadonlyMap<Span, ScalarSource>): Source {
  const found = scalars.get(at);
  if (found === undefined) throw new Error(`Internal error: a text at ${at.file}:${at.line} that stands nowhere`);
  return [found.start, found.end, styles.indexOf(found.style)];
}

/** The form in which a template is kept. */
export function keptTemplate(source: string): KeptFile {
  return ['template', soundIn(source)];
}

/** Believes that a text is sound in the languages in which it was. */
export function believe(source: string, soundIn: string): void {
  for (const language of languages) if (soundIn.includes(letters[language])) takeAsSound(language, source);
}

function soundIn(source: string): string {
  return languages.map((language) => (isSound(language, source) ? letters[language] : '')).join('');
}

/** The term of a file that was kept; `text` is what the file holds. */
export function termOfKept(kept: KeptTerm, {file, text}: {readonly file: string; readonly text: string}): Term {
  let lines: readonly number[] | undefined;
  const spanOf = ([line, column, length]: Place): Span => ({file, line, column, length});
  const located = (place: Place, value: string, [start, end, style]: Source): Span =>
    locatable(spanOf(place), (offset) => {
      lines ??= lineStarts(text);
      return placesOf(value, {text, start, end, style: styles[style] ?? 'plain'}, lines)(offset);
    });
  const termOf = (form: KeptTerm): Term => {
    if (form.length === 5) believe(form[2], form[4]);
    switch (form[0]) {
      case 'value':
        return {kind: 'literal', at: spanOf(form[1]), value: form[2]};
      case 'literal':
        return {kind: 'literal', at: located(form[1], form[2], form[3]), value: form[2]};
      case 'text':
      case 'expression':
        return {kind: form[0], at: located(form[1], form[2], form[3]), source: form[2]};
      case 'list':
        return {kind: 'list', at: spanOf(form[1]), items: form[2].map(termOf)};
      case 'dict':
        return {kind: 'dict', at: spanOf(form[1]), entries: form[2].map(entryOf)};
    }
  };
  const entryOf = ([key, place, value]: KeptEntry): DictEntry => ({key, keyAt: spanOf(place), value: termOf(value)});
  return termOf(kept);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
