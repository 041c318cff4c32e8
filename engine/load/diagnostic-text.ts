import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import type {Diagnostic} from '../diagnostic.js';
import type {Span} from '../span.js';
import {isSealed} from '../vault/format.js';

export interface DiagnosticTextOptions {
  /** The folder that the files are named from. */
  readonly cwd: string;
  /** Gives a line of a file; default: reads it. */
  readonly lineOf?: (file: string, line: number) => string | undefined;
}

/** Diagnostics as text: `file:line:column message`, the source line, a squiggle, the hint, the trail; in the order of files and lines, a blank line between two. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], options: DiagnosticTextOptions): string {
  const lineOf = options.lineOf ?? fileLines(options.cwd);
  return diagnostics.map((diagnostic) => diagnosticText(diagnostic, lineOf)).join('\n\n');
}

function diagnosticText(
  {severity, at, message, hint, trail}: Diagnostic,
  lineOf: (file: string, line: number) => string | undefined,
): string {
  const label = severity === 'warning' ? 'warning: ' : '';
  const lines = [at ? `${at.file}:${at.line}:${at.column} ${label}${message}` : `${label}${message}`];
  if (at) lines.push(...sourceLines(at, lineOf));
  if (hint !== undefined) lines.push(`    ${hint}`);
  for (const step of trail ?? []) lines.push(`    ${step.at.file}:${step.at.line}:${step.at.column} ${step.message}`);
  return lines.join('\n');
}

const longest = 160;

/** The line with a squiggle below; of a long line only what is around the place. */
function sourceLines(at: Span, lineOf: (file: string, line: number) => string | undefined): readonly string[] {
  const line = lineOf(at.file, at.line)?.replaceAll('\t', ' ');
  if (line === undefined || line.trim() === '') return [];
  const start = at.column > longest - 20 ? at.column - 60 : 0;
  const part = line.slice(start, start + longest);
  const column = at.column - 1 - start;
  const length = Math.max(1, Math.min(at.length, part.length - column));
  return [`    ${start > 0 ? '…' : ''}${part}`, `    ${' '.repeat(column + (start > 0 ? 1 : 0))}${'~'.repeat(length)}`];
}

function fileLines(cwd: string): (file: string, line: number) => string | undefined {
  const known = new Map<string, readonly string[]>();
  return (file, line) => {
    let lines = known.get(file);
    if (!lines) {
      lines = readLines(resolve(cwd, file));
      known.set(file, lines);
    }
    // What is told of an encrypted file is about what is in it.
    return isSealed(lines[0] ?? '') ? undefined : lines[line - 1];
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
