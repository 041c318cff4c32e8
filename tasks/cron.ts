import {sh} from '../engine/host.js';
import {ask, consult, promise, promiseUnder, refuse, type Change, type TaskModule} from '../engine/task.js';
import {withJob, withVariable, type CronEntry} from './cron/table.js';
import {crontabFact, type CrontabState} from './facts/crontab.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {applyEdit, planEdit, type TextChange} from './files/text-edit.js';

export interface CronArgs {
  readonly name?: string;
  readonly job?: string;
  readonly state: 'present' | 'absent';
  readonly user?: string;
  readonly cron_file?: string;
  readonly minute: string | number;
  readonly hour: string | number;
  readonly day: string | number;
  readonly month: string | number;
  readonly weekday: string | number;
  readonly special_time?: string;
  readonly disabled: boolean;
  readonly env: boolean;
  readonly insertafter?: string;
  readonly insertbefore?: string;
}

interface Facts {
  readonly table: readonly CrontabState[];
  readonly file: readonly FileState[];
  readonly parent: readonly FileState[];
}

interface CronChange extends Change {
  readonly table?: {readonly user?: string; readonly text: string};
  readonly file?: TextChange;
  readonly remove?: string;
}

export const cron: TaskModule<CronArgs, Facts, CronChange> = {
  name: 'cron',
  reads(args) {
    const path = fileOf(args);
    return {
      table: path === undefined ? [ask(crontabFact, ownerOf(args))] : [],
      file: path === undefined ? [] : [ask(fileFact, {path, content: true})],
      parent: path === undefined ? [] : [consult(fileFact, {path: parentOf(path), digest: false})],
    };
  },
  plan(args, facts) {
    const path = fileOf(args);
    return path === undefined ? planTable(args, facts) : planFile(args, {path, facts});
  },
  async apply(host, {table, file, remove}) {
    if (table !== undefined)
      await host.run(sh`crontab ${table.user === undefined ? [] : ['-u', table.user]} -`, {
        input: table.text,
        label: `crontab${table.user === undefined ? '' : ` of ${table.user}`}`,
      });
    if (file !== undefined) await applyEdit(host, file);
    if (remove !== undefined) await host.run(sh`rm -f -- ${remove}`);
  },
  output: (args) => ({name: args.name, state: args.state}),
};

function ownerOf({user}: CronArgs): {readonly user?: string} {
  return user === undefined ? {} : {user};
}

function fileOf({cron_file: file}: CronArgs): string | undefined {
  return file === undefined || file.startsWith('/') ? file : `/etc/cron.d/${file}`;
}

function planTable(args: CronArgs, {table: [table]}: Facts): CronChange | undefined {
  if (table?.installed !== true)
    refuse('there is no crontab on this machine', 'install the package cron (cronie elsewhere than on Debian) before');
  const text = edited(table.text, args);
  if (text === table.text) return undefined;
  return {
    kind: 'state',
    summary: `${summaryOf(args)} in the table of ${args.user ?? 'this user'}`,
    makes: [promise(crontabFact, ownerOf(args), {text})],
    unsettles: [{kind: 'file', under: '/var/spool/cron'}],
    table: {...ownerOf(args), text},
  };
}

function planFile(
  args: CronArgs,
  {path, facts}: {readonly path: string; readonly facts: Facts},
): CronChange | undefined {
  const [file] = facts.file;
  const [parent] = facts.parent;
  if (file === undefined || parent === undefined) throw new Error('Internal error: a fact is missing');
  if (args.state === 'absent' && file.type === 'absent') return undefined;
  if (args.state === 'absent' && args.name === undefined)
    return {
      kind: 'state',
      summary: `remove ${path}`,
      makes: [promiseUnder(fileFact, file.path, {exists: false, type: 'absent'})],
      remove: path,
    };
  if (args.state === 'present' && !args.env && args.user === undefined)
    refuse("'cron_file' needs a 'user': the one as whom the job runs");
  const edit = {file, parent, create: true, summary: summaryOf(args), unsafeWrites: false};
  const planned = planEdit(edit, (text) => edited(text, args));
  return planned === undefined
    ? undefined
    : {kind: 'state', summary: planned.summary, makes: planned.makes, file: planned};
}

function summaryOf({name = '', state, env}: CronArgs): string {
  const thing = env ? 'the variable' : 'the job';
  return state === 'absent' ? `remove ${thing} '${name}'` : `have ${thing} '${name}'`;
}

function edited(text: string, args: CronArgs): string {
  const {name, state, job} = args;
  if (name === undefined) refuse("cron needs a 'name', under which it knows its job again");
  if (state === 'present' && job === undefined) refuse("'state: present' needs a 'job'");
  if (/\n/.test(`${name}${job ?? ''}`.trimEnd())) refuse("'name' and 'job' are one line each");
  if (args.env && !/^[A-Za-z_]\w*$/.test(name)) refuse(`'${name}' is no name of a variable`);
  const entry: CronEntry = {name, state, line: args.env ? `${name}="${job ?? ''}"` : jobLine(args)};
  return args.env ? withVariable(text, entry, args) : withJob(text, entry);
}

function jobLine(args: CronArgs): string {
  const {special_time: special, minute, hour, day, month, weekday} = args;
  const times = [minute, hour, day, month, weekday];
  if (special !== undefined && times.some((each) => String(each) !== '*'))
    refuse("'special_time' says when: leave minute, hour, day, month and weekday away");
  const when = special === undefined ? times.join(' ') : `@${special}`;
  const who = args.cron_file === undefined ? [] : [args.user ?? ''];
  return `${args.disabled ? '#' : ''}${[when, ...who, (args.job ?? '').trimEnd()].join(' ')}`;
}
