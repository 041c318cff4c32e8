import {raw, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {runBy} from '../command/by-input.js';

/** A command that changes nothing and whose success means that something already holds. */
export interface CheckKey {
  readonly script: string;
  readonly chdir?: string;
}

export interface CheckState {
  /** The exit status. */
  readonly code: number;
  /** It was seen to exit so; unknown where a command would first have to run. */
  readonly seen: boolean;
}

/** Whether a check command of the user's succeeds; asked again in its task's turn. */
export const checkFact: FactKind<CheckKey, CheckState> = {
  name: 'check',
  id: (key) => `${key.chdir ?? ''}$ ${key.script}`,
  script: (keys) =>
    keys
      .map((key) => {
        const go = key.chdir === undefined ? '' : sh`cd -- ${key.chdir} && `;
        return sh`( ${raw(go)}${raw(runBy('/bin/sh', key.script))} ) >/dev/null 2>&1 </dev/null; echo $?`;
      })
      .join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (result.code !== 0 || lines.length !== keys.length)
      throw new Error(`cannot run checks: ${result.stderr.trim()}`);
    return lines.map((line) => ({code: Number(line), seen: true}));
  },
  show: (before, after) => [
    {
      what: 'check',
      before: before === undefined ? undefined : `exits with ${before.code}`,
      after: 'code' in after ? `exits with ${after.code}` : undefined,
    },
  ],
  volatile: true,
};
