import type {Diagnostic} from '../diagnostic.js';
import {diagnosticsText} from '../load/diagnostic-text.js';

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Writes to standard error. */
export function complain(text: string): void {
  process.stderr.write(text);
}

/** Writes diagnostics to standard error, each with its line and a squiggle. */
export function tell(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) complain(`${diagnosticsText(diagnostics, {cwd: process.cwd()})}\n`);
}
