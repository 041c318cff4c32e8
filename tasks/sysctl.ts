import {sh} from '../engine/host.js';
import {ask, consult, promise, refuse, type Change, type Promised, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {canonicalValue, sysctlFact, sysctlPath, type SysctlState} from './facts/sysctl.js';
import {planEdit, applyEdit, type TextChange} from './files/text-edit.js';

export interface SysctlArgs {
  readonly name: string;
  readonly value?: string | number;
  readonly state: 'present' | 'absent';
  readonly file: string;
  readonly live: boolean;
  readonly reload: boolean;
  readonly sysctl_set: boolean;
  readonly ignoreerrors: boolean;
}

interface Facts {
  readonly sysctl: SysctlState;
  readonly file: FileState;
  readonly parent: FileState;
}

interface SysctlChange extends Change {
  readonly live?: {readonly name: string; readonly path: string; readonly value: string};
  readonly file?: TextChange;
}

export const sysctl: TaskModule<SysctlArgs, Facts, SysctlChange> = {
  name: 'sysctl',
  reads: (args) => ({
    sysctl: ask(sysctlFact, {name: args.name}),
    file: ask(fileFact, {path: args.file, content: true}),
    parent: consult(fileFact, {path: parentOf(args.file), digest: false}),
  }),
  plan(args, facts) {
    const {name} = args;
    const value = args.value === undefined ? undefined : canonicalValue(String(args.value));
    if (args.state === 'present' && value === undefined) refuse("'state: present' needs a 'value'");
    const edit = {
      file: facts.file,
      parent: facts.parent,
      create: true,
      summary: `${name} = ${value ?? ''}`,
      unsafeWrites: false,
    };
    const kept = planEdit(edit, (text) => setLine(text, name, args.state === 'present' ? value : undefined));
    const live = args.live && (args.reload || args.sysctl_set);
    const skips = args.ignoreerrors && facts.sysctl.value === undefined;
    const changesLive = args.state === 'present' && live && !skips && facts.sysctl.value !== value;
    if (kept === undefined && !changesLive) return undefined;
    if (changesLive && facts.sysctl.value === undefined) {
      refuse(
        `the kernel has no parameter '${name}'`,
        "load its module before (modprobe), or say 'live: false' to set it only in the file",
      );
    }
    const makes: Promised[] = [
      ...(kept?.makes ?? []),
      ...(changesLive ? [promise(sysctlFact, {name}, {value: value ?? ''})] : []),
    ];
    return {
      kind: 'state',
      summary:
        args.state === 'absent'
          ? `forget ${name}`
          : `${name}: ${changesLive ? `${facts.sysctl.value ?? ''} → ` : ''}${value ?? ''}${kept === undefined ? '' : ` (${args.file})`}`,
      makes,
      ...(changesLive ? {live: {name, path: sysctlPath(name), value: value ?? ''}} : {}),
      ...(kept === undefined ? {} : {file: kept}),
    };
  },
  async apply(host, change) {
    if (change.live !== undefined) {
      const {name, path, value} = change.live;
      await host.run(sh`printf '%s\n' ${value} >${path}`, {
        label: `setting of ${name} (where the kernel keeps it read-only, say 'live: false')`,
      });
    }
    if (change.file !== undefined) await applyEdit(host, change.file);
  },
  output: (args, {sysctl: {value}}) => ({name: args.name, value}),
};

/** Sets a key's line (the last one holds; others of the key go), or takes it away. */
function setLine(text: string, name: string, value: string | undefined): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const path = sysctlPath(name);
  const isKey = (line: string): boolean => {
    const key = /^\s*-?\s*([^\s#;=][^\s=]*)\s*=/.exec(line)?.[1];
    return key !== undefined && sysctlPath(key) === path;
  };
  const last = lines.findLastIndex(isKey);
  const current =
    last < 0 ? undefined : canonicalValue((lines[last] ?? '').slice((lines[last] ?? '').indexOf('=') + 1));
  if (value !== undefined && current === value) return text;
  const kept = lines.flatMap((line, index) =>
    !isKey(line) ? [line] : index === last && value !== undefined ? [`${name} = ${value}`] : [],
  );
  if (value !== undefined && last < 0) kept.push(`${name} = ${value}`);
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}
