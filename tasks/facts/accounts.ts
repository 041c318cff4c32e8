import {sh} from '../../engine/host.js';
import type {FactPattern} from '../../engine/task.js';

/** The files that change with any user or group. */
export const accountFiles: readonly FactPattern[] = ['passwd', 'shadow', 'group', 'gshadow'].map((name) => ({
  kind: 'file',
  id: `/etc/${name}`,
}));

/** A script that prints lines of `passwd`, `group` or `shadow` for the names, else of the file. */
export function lookUp(database: 'passwd' | 'group' | 'shadow', names: readonly string[]): string {
  return names.length === 0
    ? sh`{ command -v getent >/dev/null 2>&1 && getent ${database} || cat ${`/etc/${database}`}; } 2>/dev/null`
    : sh`{ if command -v getent >/dev/null 2>&1; then getent ${database} ${names}; else cat ${`/etc/${database}`}; fi; } 2>/dev/null`;
}

/** The fields of each line, by the first. The first line of a name wins, as in the C library. */
export function entries(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    const name = fields[0];
    if (name !== undefined && name !== '' && fields.length > 2 && !found.has(name)) found.set(name, fields);
  }
  return found;
}
