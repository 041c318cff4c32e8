import {sh} from '../engine/host.js';
import {ask, promise, type Change, type Promised, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {moduleFact, moduleName, type ModuleState} from './facts/module.js';
import {applyEdit, planEdit, type TextChange} from './files/text-edit.js';

export interface ModprobeArgs {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly params: string;
  readonly persistent: boolean;
}

interface Facts {
  readonly module: ModuleState;
  readonly files: readonly FileState[];
}

interface ModprobeChange extends Change {
  readonly script?: string;
  readonly file?: TextChange;
}

function listFile(args: ModprobeArgs): string {
  return `/etc/modules-load.d/${args.name}.conf`;
}

export const modprobe: TaskModule<ModprobeArgs, Facts, ModprobeChange> = {
  name: 'modprobe',
  reads: (args) => ({
    module: ask(moduleFact, {name: args.name}),
    files: args.persistent
      ? [
          ask(fileFact, {path: listFile(args), content: true}),
          ask(fileFact, {path: parentOf(listFile(args)), digest: false}),
        ]
      : [],
  }),
  plan(args, {module, files}) {
    const {name} = args;
    const present = args.state === 'present';
    const [file, parent] = files;
    const kept =
      file === undefined || parent === undefined
        ? undefined
        : planEdit(
            {
              file,
              parent,
              create: true,
              summary: `${present ? 'load' : 'do not load'} ${name} at each start`,
              unsafeWrites: false,
            },
            (text) => setName(text, name, present),
          );
    const moves = present ? !module.loaded && !module.builtin : module.loaded;
    if (kept === undefined && !moves) return undefined;
    const makes: Promised[] = [
      ...(kept?.makes ?? []),
      ...(moves ? [promise(moduleFact, {name}, {loaded: present})] : []),
    ];
    const words = args.params === '' ? [] : args.params.split(/\s+/);
    return {
      kind: 'state',
      summary: moves ? `${present ? 'load' : 'unload'} module ${name}` : (kept?.summary ?? ''),
      makes,
      ...(moves ? {script: present ? sh`modprobe -- ${name} ${words}` : sh`modprobe -r -- ${name}`} : {}),
      ...(kept === undefined ? {} : {file: kept}),
    };
  },
  async apply(host, change) {
    if (change.script !== undefined) await host.run(change.script);
    if (change.file !== undefined) await applyEdit(host, change.file);
  },
  output: (args, {module}) => ({name: args.name, state: module.loaded || module.builtin ? 'present' : 'absent'}),
};

function setName(text: string, name: string, present: boolean): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const isName = (line: string): boolean => moduleName(line.trim()) === moduleName(name);
  if (lines.some(isName) === present) return text;
  const kept = present ? [...lines, name] : lines.filter((line) => !isName(line));
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}
