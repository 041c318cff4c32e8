import type {Span} from '../span.js';
import {placeAt} from './scalar-place.js';

/** The text of a YAML file and where its lines begin. */
export interface YamlText {
  readonly file: string;
  readonly text: string;
  readonly lines: readonly number[];
}

/** A part of the text, as the parser tells it. */
export interface Ranged {
  readonly range?: readonly number[] | null | undefined;
}

/** The offset at which a node begins. */
export function startOf(node: Ranged): number {
  return node.range?.[0] ?? 0;
}

/** The offset behind a node. */
export function endOf(node: Ranged): number {
  return node.range?.[1] ?? 0;
}

/** The place of a node. */
export function nodeSpan(reading: YamlText, node: Ranged): Span {
  return spanOf(reading, startOf(node), endOf(node));
}

/** The tag stands before the node, on the same line. */
export function tagSpan(reading: YamlText, node: Ranged): Span {
  const start = startOf(node);
  const lineStart = reading.text.lastIndexOf('\n', start - 1) + 1;
  const tagAt = reading.text.slice(lineStart, start).lastIndexOf('!');
  return tagAt === -1 ? nodeSpan(reading, node) : spanOf(reading, lineStart + tagAt, Math.max(endOf(node), start));
}

/** What stands under a span. */
export function lineAt(reading: YamlText, {line, column, length}: Span): string {
  const from = (reading.lines[line - 1] ?? 0) + column - 1;
  return reading.text.slice(from, from + length);
}

/** A span never leaves its first line. */
export function spanOf(reading: YamlText, from: number, to: number): Span {
  const lineEnd = reading.text.indexOf('\n', from);
  const end = Math.min(to, lineEnd === -1 ? reading.text.length : lineEnd);
  const length = Math.max(1, reading.text.slice(from, end).trimEnd().length);
  return {file: reading.file, ...placeAt(reading.lines, from), length};
}
