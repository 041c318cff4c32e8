import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {applyEdit, planEdit, type TextChange} from './files/text-edit.js';
import {linesOf, textOf} from './text/pattern.js';

export interface SubidArgs {
  readonly user: string;
  readonly start: number;
  readonly count: number;
  readonly state: 'present' | 'absent';
}

interface Facts {
  readonly subuid: FileState;
  readonly subgid: FileState;
  readonly parent: FileState;
}

interface SubidChange extends Change {
  readonly edits: readonly TextChange[];
}

const paths = {subuid: '/etc/subuid', subgid: '/etc/subgid'} as const;

export const subid: TaskModule<SubidArgs, Facts, SubidChange> = {
  name: 'subid',
  reads: () => ({
    subuid: ask(fileFact, {path: paths.subuid, content: true}),
    subgid: ask(fileFact, {path: paths.subgid, content: true}),
    parent: ask(fileFact, {path: parentOf(paths.subuid), digest: false}),
  }),
  plan(args, {subuid, subgid, parent}) {
    const summary =
      args.state === 'absent' ? `forget the ids of ${args.user}` : `${args.user}: ${args.start}+${args.count}`;
    const edits = [subuid, subgid].flatMap((file) => {
      if (args.state === 'absent' && !file.exists) return [];
      const planned = planEdit({file, parent, create: true, summary, unsafeWrites: false}, (text) =>
        ranged(args, text, file.path),
      );
      return planned === undefined ? [] : [planned];
    });
    if (edits.length === 0) return undefined;
    return {
      kind: 'state',
      summary: `${args.state === 'absent' ? 'forget' : 'have'} subordinate ids of ${args.user}${args.state === 'absent' ? '' : `: ${args.start} to ${args.start + args.count - 1}`}`,
      makes: edits.flatMap((edit) => edit.makes),
      edits,
    };
  },
  async apply(host, change) {
    for (const edit of change.edits) await applyEdit(host, edit);
  },
  output: (args) => ({user: args.user, start: args.start, count: args.count}),
};

/** The file's text with just this range for the user; a range of another user may not overlap it. */
function ranged(args: SubidArgs, text: string, path: string): string {
  const lines = linesOf(text);
  const isOwn = (line: string): boolean => line.split(':')[0] === args.user;
  const wanted = `${args.user}:${args.start}:${args.count}`;
  if (args.state === 'absent') return lines.some(isOwn) ? textOf(lines.filter((line) => !isOwn(line))) : text;
  for (const line of lines) {
    const [user, first, count] = line.split(':');
    if (isOwn(line) || user === undefined || first === undefined || count === undefined) continue;
    if (Number(first) < args.start + args.count && args.start < Number(first) + Number(count)) {
      refuse(
        `the ids ${args.start} to ${args.start + args.count - 1} overlap those of '${user}' in ${path} (${first} to ${Number(first) + Number(count) - 1})`,
        'choose another start: users that share ids can touch each other’s files and processes',
      );
    }
  }
  const own = lines.filter(isOwn);
  if (own.length === 1 && own[0] === wanted) return text;
  const at = lines.findIndex(isOwn);
  const others = lines.filter((line) => !isOwn(line));
  others.splice(at < 0 ? others.length : at, 0, wanted);
  return textOf(others);
}
