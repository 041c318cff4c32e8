import type {FactKind} from '../../engine/task.js';

export interface HostnameState {
  /** The kernel's. */
  readonly name: string;
  /** What /etc/hostname says, for the next start. */
  readonly kept: string;
}

/** The machine's name, now and at the next start. */
export const hostnameFact: FactKind<Readonly<Record<string, never>>, HostnameState> = {
  name: 'hostname',
  id: () => 'hostname',
  script: () => `uname -n; grep -v '^ *#' /etc/hostname 2>/dev/null | grep . | head -n 1`,
  parse(keys, result) {
    const [name = '', kept = ''] = result.stdout.split('\n');
    if (name === '') throw new Error(`cannot ask for the host's name: ${result.stderr.trim()}`);
    return keys.map(() => ({name, kept: kept.trim()}));
  },
  show(before, after) {
    const lines = [];
    if ('name' in after && before?.name !== after.name)
      lines.push({what: 'hostname', before: before?.name, after: after.name});
    if ('kept' in after && before?.kept !== after.kept)
      lines.push({what: '/etc/hostname', before: before?.kept, after: after.kept});
    return lines;
  },
};
