import type {Diagnostic} from '../diagnostic.js';
import type {Secrets} from '../secrets.js';
import type {Span} from '../span.js';

/** Where the loader puts what it finds wrong, so that all problems are shown at once. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  readonly add: (diagnostic: Diagnostic) => void;
  readonly error: (at: Span | undefined, message: string, hint?: string) => void;
  readonly warning: (at: Span | undefined, message: string, hint?: string) => void;
  /** Takes values as secrets: what is told later hides them. */
  readonly secret: (value: unknown) => void;
}

/** Makes an empty report; the same problem at the same place is kept once (a file may be imported often). */
export function createReport(secrets?: Pick<Secrets, 'add'>): Report {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const add = (diagnostic: Diagnostic): void => {
    const {at, message} = diagnostic;
    const key = `${at?.file ?? ''}:${at?.line ?? 0}:${at?.column ?? 0} ${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    diagnostics.push(diagnostic);
  };
  const put = (severity: Diagnostic['severity']) => (at: Span | undefined, message: string, hint?: string) => {
    add({severity, at, message, ...(hint === undefined ? {} : {hint})});
  };
  const secret = (value: unknown): void => secrets?.add(value);
  return {diagnostics, add, error: put('error'), warning: put('warning'), secret};
}
