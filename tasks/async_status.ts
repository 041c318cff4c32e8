import type {Host} from '../engine/host.js';
import {ask, refuse, Refused, removeJob, type Change, type TaskModule, type Values} from '../engine/task.js';
import {asyncJobFact, type JobState} from './facts/async_job.js';

export interface AsyncStatusArgs {
  readonly jid: string;
  readonly mode: 'status' | 'cleanup';
}

interface Collect extends Change {
  readonly jid: string;
  readonly job: JobState;
}

export const asyncStatus: TaskModule<AsyncStatusArgs, {readonly job: JobState}, Collect> = {
  name: 'async_status',
  reads: ({jid}) => ({job: ask(asyncJobFact, jid)}),
  plan({jid, mode}, {job}) {
    if (mode === 'cleanup') return job.state === 'absent' ? undefined : collect('forget the job', {jid, job});
    switch (job.state) {
      case 'running':
        return undefined;
      case 'absent':
        return refuse(
          `there is no job ${jid}`,
          'it is asked as the user who started it; what it told is there once, then its state is removed',
        );
      case 'dead':
        return refuse(`the job ${jid} ended without a word`, 'did the machine start anew meanwhile?');
      case 'done':
      case 'late':
        return collect('collect what the job told', {jid, job});
    }
  },
  async apply(host: Host, {jid, job}) {
    await host.run(removeJob(jid), {label: 'remove the state of the job'});
    const values = {...told(jid, job), finished: 1};
    if (job.state === 'late') throw new Refused('the job did not end in its time, and was ended', undefined, values);
    if (job.state === 'done' && job.code !== 0)
      throw new Refused(`the job exited with ${job.code ?? 0}`, undefined, values);
    return values;
  },
  output: ({jid}, {job}) => told(jid, job),
};

/** Collecting is no change of the machine that anybody asked for: it never counts as one. */
function collect(summary: string, {jid, job}: {readonly jid: string; readonly job: JobState}): Collect {
  // What the job did is known to nobody.
  return {kind: 'wait', summary, makes: [], undeclared: true, jid, job};
}

function told(jid: string, {state, code, stdout, stderr}: JobState): Values {
  const started = {ansible_job_id: jid, started: state === 'absent' ? 0 : 1, finished: state === 'running' ? 0 : 1};
  if (code === undefined) return started;
  const [out, err] = [stdout ?? '', stderr ?? ''].map((text) => text.replace(/\n+$/, ''));
  return {...started, rc: code, stdout: out, stderr: err, stdout_lines: lines(out), stderr_lines: lines(err)};
}

function lines(text = ''): readonly string[] {
  return text === '' ? [] : text.split('\n');
}
