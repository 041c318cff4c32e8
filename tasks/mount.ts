import {sh} from '../engine/host.js';
import {
  ask,
  consult,
  promise,
  refuse,
  type Change,
  type FactPattern,
  type Promised,
  type TaskModule,
} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, parentOf, type FileState} from './facts/file/state.js';
import {mountFact, type MountState} from './facts/mount.js';
import {applyEdit, planEdit, type TextChange} from './files/text-edit.js';
import {withEntry, withoutEntry, type FstabEntry} from './mount/fstab.js';

export interface MountArgs {
  readonly path: string;
  readonly src?: string;
  readonly fstype?: string;
  readonly opts: string;
  readonly dump: string | number;
  readonly passno: string | number;
  readonly state: 'mounted' | 'present' | 'unmounted' | 'absent' | 'absent_from_fstab' | 'remounted' | 'ephemeral';
  readonly boot: boolean;
  readonly fstab: string;
}

interface Facts {
  readonly mount: MountState;
  readonly folder: FileState;
  readonly fstab: FileState;
  readonly parent: FileState;
}

interface MountChange extends Change {
  readonly table?: TextChange;
  /** Scripts with what they are for, in order. */
  readonly steps: readonly {readonly script: string; readonly label: string}[];
}

export const mount: TaskModule<MountArgs, Facts, MountChange> = {
  name: 'mount',
  reads: (args) => ({
    mount: ask(mountFact, {path: folderOf(args)}),
    folder: ask(fileFact, {path: folderOf(args), digest: false}),
    fstab: ask(fileFact, {path: args.fstab, content: true}),
    parent: consult(fileFact, {path: parentOf(args.fstab), digest: false}),
  }),
  plan(args, facts) {
    if (!args.path.startsWith('/') && args.state !== 'present' && args.state !== 'absent_from_fstab')
      refuse(`'${args.path}' is no mount point`, "swap is kept in fstab with 'state: present'");
    const table = planTable(args, facts);
    const path = canonicalPath(args.path);
    const {mounted} = facts.mount;
    switch (args.state) {
      case 'present':
      case 'absent_from_fstab':
        return changeOf(args, {table, steps: [], makes: []});
      case 'unmounted':
        return changeOf(args, {table: undefined, ...(mounted ? unmounting(path) : nothing)});
      case 'absent': {
        const away = mounted ? unmounting(path) : nothing;
        const removes = facts.folder.type === 'directory' && table !== undefined;
        const steps = removes ? [{script: sh`rmdir -- ${path} 2>/dev/null || :`, label: `removal of ${path}`}] : [];
        return changeOf(args, {
          table,
          steps: [...away.steps, ...steps],
          makes: away.makes,
          ...(removes ? {unsettles: [{kind: 'file', under: path}]} : {unsettles: away.unsettles}),
        });
      }
      case 'remounted':
        if (!mounted) refuse(`nothing is mounted at '${path}'`, "say 'state: mounted' to have it so");
        return {...base(args), kind: 'action', makes: [], unsettles: below(path), steps: [remounting(args)]};
      case 'mounted':
      case 'ephemeral':
        return planMounted(args, {facts, table});
    }
  },
  async apply(host, {table, steps}) {
    if (table !== undefined) await applyEdit(host, table);
    for (const {script, label} of steps) await host.run(script, {label, timeout: 120});
  },
  output: (args, {mount: {mounted}}) => ({
    path: canonicalPath(args.path),
    src: args.src,
    fstype: args.fstype,
    opts: args.opts,
    fstab: args.fstab,
    mounted,
  }),
};

/** Swap has no mount point. */
function folderOf({path}: MountArgs): string {
  return path.startsWith('/') ? path : '/';
}

interface Part {
  readonly steps: MountChange['steps'];
  readonly makes: readonly Promised[];
  readonly unsettles: readonly FactPattern[];
}

const nothing: Part = {steps: [], makes: [], unsettles: []};

/** What stands below a mount point is another thing before and after. */
function below(path: string): readonly FactPattern[] {
  return [{kind: 'file', under: path}];
}

function unmounting(path: string): Part {
  return {
    steps: [{script: sh`umount -- ${path}`, label: `unmounting of ${path}`}],
    makes: [promise(mountFact, {path}, {mounted: false})],
    unsettles: below(path),
  };
}

function remounting(args: MountArgs): MountChange['steps'][number] {
  const {path} = args;
  const words = args.opts === '' ? 'remount' : `remount,${args.opts}`;
  return {script: sh`mount -o ${words} -- ${canonicalPath(path)}`, label: `mounting of ${path} anew`};
}

function planMounted(
  args: MountArgs,
  {facts, table}: {readonly facts: Facts; readonly table: TextChange | undefined},
): MountChange | undefined {
  const path = canonicalPath(args.path);
  const {src, fstype} = args;
  const state = facts.mount;
  if (src === undefined || fstype === undefined) refuse(`'state: ${args.state}' needs 'src' and 'fstype'`);
  if (state.mounted) {
    if (args.state === 'ephemeral') {
      if (state.source !== src && !isBind(args))
        refuse(`'${state.source ?? ''}' is mounted at '${path}', not '${src}'`, "say 'state: unmounted' before");
      return undefined;
    }
    return changeOf(args, {
      table,
      steps: table === undefined ? [] : [remounting(args)],
      makes: [],
      unsettles: table === undefined ? [] : below(path),
    });
  }
  const {folder} = facts;
  if (folder.type !== 'absent' && folder.type !== 'directory' && !(isBind(args) && folder.type === 'file'))
    refuse(`'${path}' is a ${folder.type}, not a folder`);
  const make =
    folder.type === 'absent' ? [{script: sh`mkdir -p -- ${path}`, label: `making of ${path}`}] : ([] as const);
  const words = isBind(args) ? [] : ['-t', fstype];
  const options = args.opts === '' ? [] : ['-o', args.opts];
  return changeOf(args, {
    table,
    steps: [...make, {script: sh`mount ${words} ${options} -- ${src} ${path}`, label: `mounting of ${path}`}],
    makes: [promise(mountFact, {path}, {mounted: true})],
    unsettles: below(path),
    ...(folder.type === 'absent' ? {first: promise(fileFact, {path}, {exists: true, type: 'directory'})} : {}),
  });
}

function isBind({opts}: MountArgs): boolean {
  return opts.split(',').some((option) => option === 'bind' || option === 'rbind');
}

function base(args: MountArgs): {readonly kind: 'state'; readonly summary: string} {
  const path = canonicalPath(args.path);
  const words: Readonly<Record<MountArgs['state'], string>> = {
    mounted: `mount ${args.src ?? ''} at ${path}`,
    ephemeral: `mount ${args.src ?? ''} at ${path} until the next start`,
    present: `have ${path} in ${args.fstab}`,
    unmounted: `unmount ${path}`,
    absent: `unmount ${path} and forget it in ${args.fstab}`,
    absent_from_fstab: `forget ${path} in ${args.fstab}`,
    remounted: `mount ${path} anew`,
  };
  return {kind: 'state', summary: words[args.state]};
}

function changeOf(
  args: MountArgs,
  parts: {
    readonly table: TextChange | undefined;
    readonly steps: MountChange['steps'];
    readonly makes: readonly Promised[];
    readonly unsettles?: readonly FactPattern[];
    readonly first?: Promised;
  },
): MountChange | undefined {
  const {table, steps, makes, unsettles = [], first} = parts;
  if (table === undefined && steps.length === 0) return undefined;
  return {
    ...base(args),
    makes: [...(first === undefined ? [] : [first]), ...(table?.makes ?? []), ...makes],
    ...(unsettles.length === 0 ? {} : {unsettles}),
    ...(table === undefined ? {} : {table}),
    steps,
  };
}

function planTable(args: MountArgs, {fstab, parent}: Facts): TextChange | undefined {
  const {state, src = '', fstype = ''} = args;
  if (state === 'unmounted' || state === 'remounted' || state === 'ephemeral') return undefined;
  const path = args.path === 'none' || args.path === 'swap' ? args.path : canonicalPath(args.path);
  const isKept = state === 'present' || state === 'mounted';
  if (isKept && (src === '' || fstype === '')) refuse(`'state: ${state}' needs 'src' and 'fstype'`);
  const noauto = args.boot || args.opts.split(',').includes('noauto') ? '' : ',noauto';
  const entry: FstabEntry = {
    src,
    path,
    fstype,
    opts: `${args.opts}${noauto}`.replace(/^,/, ''),
    dump: String(args.dump),
    passno: String(args.passno),
  };
  const edit = {file: fstab, parent, create: isKept, summary: `have ${path}`, unsafeWrites: false};
  if (!isKept && fstab.type === 'absent') return undefined;
  return planEdit(edit, (text) => (isKept ? withEntry(text, entry) : withoutEntry(text, {path, src})));
}
