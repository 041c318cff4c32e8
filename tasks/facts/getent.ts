import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';

export interface GetentKey {
  readonly database: string;
  /** One name; absent: all that can be listed. */
  readonly key?: string;
  /** Ask only this source of the name service. */
  readonly service?: string;
}

export interface GetentState {
  readonly answer: 'found' | 'no-key' | 'no-database' | 'no-enumeration';
  readonly lines: readonly string[];
}

// Where the file stands whose lines are the database, for machines without getent.
const inFiles = '/etc';

/** Lines of a database of the name service: passwd, group, hosts, services, … */
export const getentFact: FactKind<GetentKey, GetentState> = {
  name: 'getent',
  id: ({database, key, service}) => [database, key ?? '*', ...(service === undefined ? [] : [service])].join(' '),
  script: (keys) => keys.map((key) => `{ ${look(key)}; } 2>/dev/null; echo "=$?"`).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^=(\d+)\n/m);
    if (parts.length !== keys.length * 2 + 1) throw new Error(`cannot ask the name service: ${result.stderr.trim()}`);
    return keys.map((_, index): GetentState => {
      const lines = (parts[index * 2] ?? '').split('\n').filter((line) => line !== '');
      return {answer: meaning(Number(parts[index * 2 + 1]), lines), lines};
    });
  },
  follows(key, _, promised) {
    const id = 'id' in promised ? promised.id : promised.under;
    const concerned = changedBy(key, {kind: promised.kind, id});
    return concerned ? unknown(`${promised.kind} ${id}`) : undefined;
  },
  show: (before, after) => [
    {
      what: 'entries',
      before: before === undefined ? undefined : String(before.lines.length),
      after: isUnknown(after) ? `(needs ${after.$unknown})` : String(after.lines.length),
    },
  ],
};

function look({database, key, service}: GetentKey): string {
  const file = `${inFiles}/${database}`;
  const source = service === undefined ? [] : ['-s', service];
  const plain =
    key === undefined
      ? sh`grep -v '^#' ${file}`
      : sh`awk -F '[:[:space:]]+' -v k=${key.replace(/\\/g, '\\\\')} '!/^#/ { for (i = 1; i <= NF; i++) if ($i == k && (FILENAME ~ /hosts$/ || i == 1)) { print; found = 1; exit } } END { exit !found }' ${file}`;
  // Not every getent takes the word that ends options.
  const words = key === undefined ? [] : key.startsWith('-') ? ['--', key] : [key];
  const asked = sh`getent ${source} ${database} ${words}`;
  return sh`if command -v getent >/dev/null 2>&1; then ${raw(asked)}; elif [ -r ${file} ]; then ${raw(plain)} || (exit 2); else (exit 1); fi`;
}

function meaning(code: number, lines: readonly string[]): GetentState['answer'] {
  if (code === 0 || lines.length > 0) return 'found';
  return code === 1 ? 'no-database' : code === 3 ? 'no-enumeration' : 'no-key';
}

function changedBy({database, key}: GetentKey, promised: {readonly kind: string; readonly id: string}): boolean {
  const names: readonly string[] = database === 'gshadow' ? ['group'] : database === 'shadow' ? ['user'] : [];
  switch (promised.kind) {
    case 'user':
      // A new user may bring a group of its own name, and changes whom groups hold.
      return ['passwd', 'shadow'].includes(database) ? key === undefined || key === promised.id : database === 'group';
    case 'group':
      return (database === 'group' || names.includes('group')) && (key === undefined || key === promised.id);
    case 'hostname':
      return database === 'hosts' || database === 'ahosts';
    case 'file':
      return promised.id === `${inFiles}/${database}` || promised.id === '/etc/nsswitch.conf';
    default:
      return false;
  }
}
