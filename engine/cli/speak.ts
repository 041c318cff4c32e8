import type {Diagnostic} from '../diagnostic.js';
import {diagnosticsText} from '../load/diagnostic-text.js';
import {secrets} from './secrets.js';

export {secrets};

/** Writes to standard output, secrets hidden. */
export function print(text: string): void {
  process.stdout.write(secrets.maskPage(text));
}

/** Writes to standard output what the user has asked to see, secrets included. */
export function reveal(content: string | Uint8Array): void {
  process.stdout.write(content);
}

/** Writes to standard error, secrets hidden. */
export function complain(text: string): void {
  process.stderr.write(secrets.maskPage(text));
}

/** Writes diagnostics to standard error, each with its line and a squiggle. */
export function tell(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) complain(`${diagnosticsText(diagnostics, {cwd: process.cwd()})}\n`);
}
