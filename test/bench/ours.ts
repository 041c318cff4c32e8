import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {measured, type Side, type Taken} from './measure.js';

/** The program, as a build has it. */
export const program = fileURLToPath(new URL('../../engine/main.js', import.meta.url));

/** Runs u7s-play with a state folder of its own, and measures it. */
export async function ours(...words: readonly string[]): Promise<Taken> {
  const state = mkdtempSync(join(tmpdir(), 'u7s-bench-'));
  try {
    return await measured([process.execPath, program, ...words], {XDG_STATE_HOME: state});
  } finally {
    rmSync(state, {recursive: true});
  }
}

/** Our side of a case. */
export function ourSide(name: string, words: readonly string[]): Pick<Side, 'name' | 'run' | 'profile'> {
  return {name, run: () => ours(...words), profile: () => profileOf(words)};
}

/** Where the time of a run goes, as `--profile` tells it. */
async function profileOf(words: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'u7s-bench-'));
  try {
    return profileIn(await ours(...words, '--profile', join(folder, 'trace.json')));
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** The profile at the end of what a run said. */
export function profileIn({said}: Taken): string {
  return said.slice(Math.max(0, said.indexOf('PROFILE'))).trimEnd();
}
