import {expect} from 'chai';
import {recordProfile, type Profile} from '../../engine/render/profile.js';
import {covered, profileText, roundTrips} from '../../engine/render/profile-table.js';
import {traceText} from '../../engine/render/profile-trace.js';
import {ended, node} from './feed.js';

const origin = 500;

function profileOf(): Profile {
  const record = recordProfile({mask: (text) => text.replace('s3cret', '***'), origin});
  record.told('w1', {kind: 'connect', begun: 100, handshaken: 300, ended: 400});
  record.told('w1', {kind: 'shell', what: 'shell of root', begun: 400, ended: 450});
  record.told('w1', {kind: 'script', what: 'echo s3cret', begun: 450, ended: 650});
  record.told('w1', {kind: 'script', what: 'read file facts', begun: 500, ended: 700});
  record.show(ended(node('w1', 'Greet', {role: 'motd'}), {status: 'changed', changes: []}));
  record.show(ended(node('w2', 'Greet', {role: 'motd', delegate: 'w1'}), {status: 'ok'}));
  record.show(ended(node('w1', 'Not now'), {status: 'skipped', reason: 'when'}));
  return record.profile([
    {name: 'start', begun: 0, ended: 90, cpu: 80},
    {name: 'run', begun: 90, ended: 1600, cpu: 120},
  ]);
}

describe('a profile', () => {
  it('tells in tables where the time went, of the program, of each host and of each task', () => {
    const text = profileText(profileOf());
    expect(text).to.include('PROFILE 1.60 s, 0.20 s of them the processor of the controller');
    expect(text)
      .to.match(/^program +time +processor$/m)
      .and.to.match(/^start +0\.09 +0\.08$/m);
    // Two questions that were open at the same time were waited for once.
    expect(text).to.match(/^w1 +0\.20 +0\.10 +2 +0\.60$/m);
    expect(text).to.match(/^motd : Greet +2 +1\.00 +2\.00$/m);
    expect(text).not.to.include('Not now');
  });

  it('shows what took longest, and how much is left out', () => {
    const record = recordProfile({mask: (text) => text, origin});
    for (let host = 1; host <= 20; host++)
      record.told(`w${host}`, {kind: 'script', what: 'x', begun: 0, ended: host * 1000});
    const text = profileText(record.profile([]));
    expect(text).to.match(/^w20 /m).and.to.include('and 8 more').and.not.to.match(/^w1 /m);
  });

  it('writes a trace of complete events in microseconds, with a lane for tasks and one for questions a host', () => {
    const {otherData, traceEvents} = JSON.parse(traceText(profileOf())) as {
      otherData: {begun: string};
      traceEvents: readonly {
        name: string;
        ph: string;
        ts?: number;
        dur?: number;
        pid: number;
        tid: number;
        args?: {name?: string; outcome?: string};
      }[];
    };
    expect(otherData).to.deep.equal({begun: '1970-01-01T00:00:00.500Z'});
    const lanes = new Map(traceEvents.filter(({ph}) => ph === 'M').map((event) => [event.args?.name, event]));
    const of = (name: string): (typeof traceEvents)[number] | undefined =>
      traceEvents.find((event) => event.name === name);
    expect(of('key exchange')).to.include({ph: 'X', ts: 100_000, dur: 200_000, tid: lanes.get('w1: asked')?.tid});
    expect(of('login')).to.include({ts: 300_000, dur: 100_000});
    expect(of('motd : Greet')).to.include({ts: 500_000, dur: 1_000_000, tid: lanes.get('w1: tasks')?.tid});
    expect(of('motd : Greet')?.args).to.deep.equal({outcome: 'changed'});
    expect(of('run')?.pid).to.equal(lanes.get('controller')?.pid);
    expect(of('Not now')).to.equal(undefined);
  });

  it('holds no secrets', () => {
    expect(traceText(profileOf())).to.include('echo ***').and.not.to.include('s3cret');
  });

  it('counts as round trips what had to be waited for one after the other', () => {
    const at = (begun: number, ended: number): {begun: number; ended: number} => ({begun, ended});
    expect(roundTrips([])).to.equal(0);
    expect(roundTrips([at(0, 5), at(1, 6), at(2, 3)])).to.equal(1);
    expect(roundTrips([at(0, 5), at(6, 9), at(6, 8), at(9, 10)])).to.equal(3);
    // The third waits for the first alone.
    expect(roundTrips([at(0, 5), at(1, 20), at(6, 9)])).to.equal(2);
  });

  it('counts time that is covered twice once', () => {
    const stretches = [
      {begun: 5, ended: 10},
      {begun: 0, ended: 6},
      {begun: 20, ended: 21},
      {begun: 7, ended: 8},
    ];
    expect(covered(stretches)).to.equal(11);
    expect(covered([])).to.equal(0);
  });
});
