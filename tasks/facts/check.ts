import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind, type Promised} from '../../engine/task.js';
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
  follows: (key, before, promised) =>
    'id' in promised && isSilent(key, before, promised)
      ? unknown(`an answer of its check after ${promised.id}`)
      : undefined,
  show: (before, after) => [
    {
      what: 'check',
      before: before === undefined ? undefined : `exits with ${before.code}`,
      after: 'code' in after ? `exits with ${after.code}` : undefined,
    },
  ],
  volatile: true,
};

/** The statuses of a shell that could not run a program, and the one of sysexits by which a program says that it cannot tell now. */
const notRun = [126, 127];
const cannotTell = 75;

/** Whether a check that did not succeed gave no answer, and a promise may be what lets it: the program's file, or for one that could not tell now, a service. */
function isSilent({script}: CheckKey, {code}: CheckState, promised: Promised & {readonly id: string}): boolean {
  if (code === cannotTell) return promised.kind === 'unit';
  if (!notRun.includes(code) || promised.kind !== 'file') return false;
  const type: unknown = isUnknown(promised.value) ? undefined : Reflect.get(Object(promised.value), 'type');
  if (type === 'absent' || type === 'directory') return false;
  return script.split(/[^\w./+@-]+/).some((word) => word === promised.id || promised.id.endsWith(`/bin/${word}`));
}
