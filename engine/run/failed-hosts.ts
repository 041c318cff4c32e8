import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {HostRecap} from '../event.js';

/** Keeps the hosts that did not come to the end of a run in a file for `--limit`; gives notes that name it where others did. Without such hosts the file is gone. */
export function keepFailedHosts(
  stateFolder: string | undefined,
  hosts: Readonly<Record<string, HostRecap>>,
): readonly string[] {
  if (stateFolder === undefined) return [];
  const file = join(stateFolder, 'failed-hosts');
  const names = Object.entries(hosts)
    .filter(([, {failed, unreachable, blocked}]) => failed + unreachable + blocked > 0)
    .map(([name]) => name);
  if (names.length === 0) {
    rmSync(file, {force: true});
    return [];
  }
  writeFileSync(file, names.map((name) => `${name}\n`).join(''), {mode: 0o600});
  const isAll = names.length === Object.keys(hosts).length;
  return isAll ? [] : [`to go on with the hosts that did not come to the end alone: --limit @${file}`];
}
