import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {Unreachable, type Host} from '../../engine/host.js';
import {jobState} from '../../engine/jobs.js';
import {detachedHost, JobStarted, type DetachOptions} from '../../engine/run/detached.js';
import {NodeFailed} from '../../engine/run/failure.js';
import type {Run} from '../../engine/run/turn.js';
import {registry} from '../../tasks/index.js';
import {busyboxShell, createLocalHost, plainShell, type Shell} from '../tasks/local-host.js';
import {lost} from './machine.js';
import {scene} from './rig.js';

const folder = mkdtempSync(join(tmpdir(), 'u7s-async-'));
const busybox = busyboxShell(folder);
after(() => rmSync(folder, {recursive: true, force: true}));
const run = {sleep: () => new Promise((resolve) => setTimeout(resolve, 10))} as unknown as Run;

function detached(host: Host, more: Partial<DetachOptions> = {}): Host {
  return detachedHost(host, run, {
    limit: 20,
    poll: 1,
    progress: () => undefined,
    whenBack: (_, work) => work(),
    ...more,
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

for (const shell of [plainShell, busybox].filter((each): each is Shell => each !== undefined)) {
  describe(`a task that goes on by itself, on ${shell.name}`, () => {
    const host = createLocalHost(shell);

    it('tells what its command said, with its status, and leaves nothing', async () => {
      const scripts: string[] = [];
      const watched: Host = {...host, run: (script, options) => (scripts.push(script), host.run(script, options))};
      const result = await detached(watched).exec('echo "it\'s $0"; echo oops >&2; exit 3', {label: 'say'});
      expect(result).to.deep.include({code: 3, stderr: 'oops\n'});
      expect(result.stdout).to.match(/^it's /);
      const job = /u7s_j=\$u7s_d\/([\d.]+)/.exec(scripts[0] ?? '')?.[1] ?? '';
      expect((await host.exec(jobState(job))).stdout).to.equal('absent\n');
    });

    it('gets its standard input', async () => {
      expect((await detached(host).exec('cat', {input: 'a\nb'})).stdout).to.equal('a\nb');
    });

    it('outlives the connection, and is not started twice', async () => {
      const losing = {exec: true, run: true};
      const flaky: Host = {
        ...host,
        async exec(script, options) {
          const result = await host.exec(script, options);
          if (losing.exec) throw ((losing.exec = false), lost('local', 'exec'));
          return result;
        },
        async run(script, options) {
          const result = await host.run(script, options);
          if (losing.run) throw ((losing.run = false), lost('local', 'run'));
          return result;
        },
      };
      const said = await detached(flaky).exec('echo once');
      expect(said).to.deep.include({code: 0, stdout: 'once\n'});
      expect(losing).to.deep.equal({exec: false, run: false});
    });

    it('is ended with all that it started when its time is over', async function () {
      this.timeout(10_000);
      const error = await failureOf(detached(host, {limit: 1}).exec('sleep 71.5 & sleep 71.5', {label: 'dawdle'}));
      expect(error).to.be.instanceOf(NodeFailed);
      expect((error as NodeFailed).failure).to.deep.include({
        message: 'it did not end within 1 s (async), and was ended',
        command: 'dawdle',
      });
      expect((await host.exec('ps -ef 2>/dev/null | grep "[s]leep 71.5" || ps | grep "[s]leep 71.5"')).stdout).to.equal(
        '',
      );
    });

    it('is looked at and collected by async_status when nobody waits for it', async () => {
      const started = await failureOf(detached(host, {poll: 0}).exec('echo done; exit 4'));
      expect(started).to.be.instanceOf(JobStarted);
      const jid = (started as JobStarted).job;
      const module = registry.modules.get('async_status');
      const kind = registry.kinds.get('async_job');
      if (module === undefined || kind === undefined) throw new Error('no async_status');
      const look = async (): Promise<unknown> => kind.parse([jid], await host.exec(kind.script([jid])))[0];
      let job = await look();
      for (let left = 100; (job as {state: string}).state === 'running' && left > 0; left--) job = await look();
      expect(job).to.deep.equal({state: 'done', code: 4, stdout: 'done\n', stderr: ''});
      const change = module.plan({jid, mode: 'status'}, {job}) as never;
      const failure = await failureOf(module.apply(host, change));
      expect(failure).to.have.property('message', 'the job exited with 4');
      expect(failure).to.have.property('values').that.includes({rc: 4, stdout: 'done', finished: 1});
      expect(await look()).to.deep.equal({state: 'absent'});
    });
  });
}

describe('a task with async', () => {
  it('that is not waited for registers its job; in a check it is planned like any other', async () => {
    const {
      run: runIt,
      check,
      machine,
    } = await scene(
      '- hosts: all\n  tasks:\n    - {name: Start, command: sleep 5, async: 60, poll: 0, register: job}\n    - {name: Say, debug: {msg: "{{job.started}} {{job.finished}} {{job.changed}}"}}\n',
      {
        schemas: {
          command: {type: 'object', properties: {cmd: {type: 'string'}}, 'x-free-form': 'cmd', 'x-detachable': true},
        },
      },
    );
    const toy = machine('h1').host({context: 'plain'});
    const done = {code: 0, stdout: '', stderr: ''};
    const hostFor = (): Host => ({...toy, exec: () => Promise.resolve(done), run: () => Promise.resolve(done)});
    const {outcome} = await runIt({hostFor});
    expect(outcome('Start')?.status).to.equal('changed');
    expect(outcome('Say')).to.have.property('message', '1 0 true');
    expect((await check()).outcome('Start')?.status).to.equal('would-change');
  });
});

describe('a cancelled run', () => {
  it('has ended the job of a task with async before it ends itself', async () => {
    const {run: runIt, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Start, command: sleep 5, async: 60, poll: 30}\n',
    );
    const toy = machine('h1').host({context: 'plain'});
    const cancel = new AbortController();
    const done = {code: 0, stdout: 'running\n', stderr: ''};
    const labels: string[] = [];
    const hostFor = (): Host => ({
      ...toy,
      async exec(_, options) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        labels.push(options?.label ?? '');
        return done;
      },
      run(_, options) {
        if (options?.label === 'look at the job') setImmediate(() => cancel.abort());
        return Promise.resolve(done);
      },
    });
    const {lines} = await runIt({hostFor, cancel: cancel.signal});
    expect(lines).to.deep.equal(['h1: Start → interrupted']);
    expect(labels).to.deep.equal(['end ["sleep","5"]']);
  });
});

describe('a connection that is lost in reading', () => {
  it('is waited for within the bound, and what was asked is asked again', async () => {
    const {run: runIt, machine} = await scene('- hosts: all\n  tasks:\n    - {name: Write, file: {path: /a}}\n');
    let losses = 2;
    machine('h1').before = () => {
      if (losses-- > 0) throw new Unreachable('h1', 'the connection was lost', {during: 'read'});
    };
    const {outcome, code} = await runIt({reconnectWithin: 20});
    expect(outcome('Write')?.status).to.equal('changed');
    expect(code).to.equal(0);
  });
});
