import {BadInput} from '../../diagnostic.js';

/** Bad input as an error that says what to do. */
export function bad(message: string, hint?: string): BadInput {
  return new BadInput([{severity: 'error', at: undefined, message, ...(hint === undefined ? {} : {hint})}]);
}

/** The message of what was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
