/** What both engines say of a task, in Ansible's words, and ours for what Ansible has not. */
export type Said =
  'ok' | 'changed' | 'failed' | 'skipped' | 'deferred' | 'refused' | 'blocked' | 'unreachable' | 'lost';

/** What became of one task in one pass. */
export interface TaskResult {
  readonly said: Said;
  readonly values: Readonly<Record<string, unknown>>;
  /** Why it failed. */
  readonly message: string;
}

/** The results of a pass by the task's name. */
export type PassResults = ReadonlyMap<string, TaskResult>;

/** The four passes over all cases, in their order. */
export const passes = ['check', 'run', 'again', 'recheck'] as const;

export type Pass = (typeof passes)[number];

/** Whether a pass must change nothing. */
export function isCheck(pass: Pass): boolean {
  return pass === 'check' || pass === 'recheck';
}
