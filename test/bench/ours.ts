import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {measured, type Taken} from './measure.js';

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
