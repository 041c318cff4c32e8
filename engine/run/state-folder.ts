import {createHash} from 'node:crypto';
import {mkdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {isAbsolute, join, resolve} from 'node:path';

/** The controller's folder for everything that is kept from run to run; it may be missing. */
export function stateRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment['XDG_STATE_HOME'];
  const base = configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), '.local', 'state');
  return join(base, 'u7s-play');
}

/** The controller's folder for what outlives a run of these inventories: journals, the lock, pending handlers. It may be missing. */
export function stateFolderPath(
  inventorySources: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const sources = inventorySources.map((source) => (source.includes(',') ? source : resolve(source)));
  const digest = createHash('sha256').update(JSON.stringify(sources)).digest('hex').slice(0, 16);
  return join(stateRoot(environment), digest);
}

/** The same folder, made where it is missing. */
export function stateFolder(inventorySources: readonly string[], environment: NodeJS.ProcessEnv = process.env): string {
  const folder = stateFolderPath(inventorySources, environment);
  mkdirSync(folder, {recursive: true, mode: 0o700});
  return folder;
}
