import type {Case} from './case.js';
import {readTree, type Entry, type Tree} from './tree.js';

/** The state of one twin. */
export interface Snapshot {
  /** All files below the cases' folder. */
  readonly tree: Tree;
  /** What each case's `look` printed, by the case's id. */
  readonly looks: ReadonlyMap<string, string>;
  /** What the whole machine has, by what it is: lines in no order that counts. */
  readonly machine: ReadonlyMap<string, readonly string[]>;
}

/** What is looked at beyond the cases, so that nothing happens unseen beside them; accounts have lists of their own, and kernel parameters their cases. */
const machineLists: Readonly<Record<string, string>> = {
  users: 'getent passwd',
  groups: 'getent group',
  passwords: 'cut -d: -f1,2 /etc/shadow',
  packages: "dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\\n'",
  holds: 'apt-mark showhold',
  'unit files':
    'systemctl list-unit-files --no-legend --no-pager | tr -s " " | cut -d" " -f1,2 | grep -v "^session-\\|^user@\\|^run-"',
  mounts: 'findmnt -rno TARGET,FSTYPE | grep -v "^/run/user\\|^/proc\\|^/sys"',
  crontabs: 'cd /var/spool/cron/crontabs 2>/dev/null && grep -rhv "^#" . || true',
  names: 'hostname; cat /etc/hostname; readlink /etc/localtime || true',
  'files of etc':
    'cd /etc && find . -type f ! -path "./ssl/*" ! -path "./sysctl.d/tw*" ! -name "*-" ! -name passwd ! -name group ! -name shadow ! -name gshadow ! -name "*.cache" -exec sha256sum {} + ; find . -type l -printf "%p -> %l\\n"',
};

const frame = '=== twin frame ';

/** A script that tells the state of a twin; `archive` is the tree's part, of its own because it is binary. */
export function snapshotScript(cases: readonly Case[]): string {
  const part = (name: string, lines: string): string => `printf '%s\\n' '${frame}${name}'\n(cd / && ${lines}\n) 2>&1\n`;
  return [
    ...Object.entries(machineLists).map(([name, lines]) => part(`machine ${name}`, lines)),
    ...cases
      .filter(({look}) => look !== '')
      .map(({id, folder, look}) => part(`look ${id.replaceAll("'", "'\\''")}`, `cd ${folder} && {\n${look}\n}`)),
    // What a look ends with is no failure.
    'true\n',
  ].join('');
}

/** Prints the cases' tree as tar, in base64. */
export function treeScript(top: string): string {
  return `cd ${top} && tar --format=gnu --sort=name -cf - . | base64 -w0`;
}

/** Reads what the two scripts printed. */
export async function readSnapshot(text: string, archive: string): Promise<Snapshot> {
  const looks = new Map<string, string>();
  const machine = new Map<string, readonly string[]>();
  for (const each of text.split(frame).slice(1)) {
    const end = each.indexOf('\n');
    const [, kind, name = ''] = /^(\S+) (.*)$/.exec(each.slice(0, end)) ?? [];
    const said = each.slice(end + 1);
    if (kind === 'look') looks.set(name, said);
    else machine.set(name, said.split('\n').filter(Boolean).sort());
  }
  return {tree: await readTree(Buffer.from(archive, 'base64')), looks, machine};
}

/** When a pass began, in seconds; files older than the first of them were dated by the case. */
export interface Beginning {
  readonly name: string;
  readonly at: number;
}

/** A time as two machines can agree on it: itself where a case or an archive set it, else the pass in which it was made. */
export function timeOf(seconds: number, beginnings: readonly Beginning[]): string {
  const last = beginnings.findLast(({at}) => seconds >= at);
  // Nothing is dated minutes ahead by itself.
  return last === undefined || seconds > Date.now() / 1000 + 60 ? String(seconds) : last.name;
}

function line(path: string, entry: Entry, beginnings: readonly Beginning[]): string {
  // A folder's time changes with what is written beside a file on the way to it.
  const time = entry.type === 'directory' ? '' : timeOf(entry.modified, beginnings);
  const content = entry.text === '' ? entry.sha256 : JSON.stringify(entry.text);
  return [path, entry.type, entry.mode, entry.owner, time, entry.link, content].filter(Boolean).join(' | ');
}

/** The state of a case as lines that are equal where the state is. */
export function stateOf({id, folder}: Case, snapshot: Snapshot, beginnings: readonly Beginning[]): readonly string[] {
  const top = `./${folder.split('/').slice(2).join('/')}`;
  const files = [...snapshot.tree]
    .filter(([path]) => path === top || path.startsWith(`${top}/`))
    .map(([path, entry]) => line(`.${path.slice(top.length)}`, entry, beginnings));
  const looked = (snapshot.looks.get(id) ?? '').split('\n').filter(Boolean);
  return [...files, ...looked.map((each) => `> ${each}`)];
}

/** Lines that one has and the other has not, marked by `-` and `+`. */
export function lineDifference(left: readonly string[], right: readonly string[]): readonly string[] {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  return [
    ...left.filter((each) => !inRight.has(each)).map((each) => `- ${each}`),
    ...right.filter((each) => !inLeft.has(each)).map((each) => `+ ${each}`),
  ];
}

/** What came and went on a machine beside the cases' folders, by what it is about. */
export function machineChanges(before: Snapshot, after: Snapshot): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...before.machine].map(([name, lines]) => [name, lineDifference(lines, after.machine.get(name) ?? [])]),
  );
}
