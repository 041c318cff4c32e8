import {randomBytes} from 'node:crypto';
import {raw, sh} from '../engine/host.js';
import {refuse, type LocalCommand, type TaskModule} from '../engine/task.js';
import {basename} from 'node:path';
import {
  applyRun,
  planRun,
  runReads,
  settledValues,
  type RunArgs,
  type RunChange,
  type RunFacts,
} from './command/plan.js';
import {words} from './command/words.js';

export interface ScriptArgs extends RunArgs {
  readonly cmd: LocalCommand;
  readonly executable?: string;
}

interface ScriptChange extends RunChange {
  readonly local: string;
  readonly name: string;
}

export const script: TaskModule<ScriptArgs, RunFacts, ScriptChange> = {
  name: 'script',
  reads: runReads,
  plan(args, facts) {
    const {source, words: rest} = args.cmd;
    if (source.type === 'directory') refuse(`'${source.path}' is a folder, not a script`);
    const name = basename(source.path);
    const program = args.executable === undefined ? [] : words(args.executable);
    const planned = planRun(args, facts, {
      script: sh`${program} ${raw('"$u7s_script"')} ${words(rest)}`,
      line: [name, rest].filter((part) => part !== '').join(' '),
    });
    return planned === undefined ? undefined : {...planned, local: source.path, name};
  },
  async apply(host, change) {
    const {stdout} = await host.run(
      sh`umask 077; d="\${TMPDIR:-/tmp}"/.u7s-${randomBytes(6).toString('hex')}; mkdir -- "$d" && printf %s "$d"`,
      {label: 'making of a temporary folder'},
    );
    const path = `${stdout}/${change.name}`;
    try {
      await host.put(path, {local: change.local}, {mode: '0700'});
      return await applyRun(host, {...change, script: sh`u7s_script=${path}\n${raw(change.script)}`});
    } finally {
      await host.exec(sh`rm -rf -- ${stdout}`);
    }
  },
  output: (_, facts) => settledValues(facts),
};
