import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect} from 'chai';
import type {Event} from '../../engine/event.js';
import type {Outcome} from '../../engine/outcome.js';
import {packageRoot} from '../../engine/root.js';
import {counts, ended, finished, node, started} from './feed.js';

const validate = new Ajv2020({strict: true}).compile<Event>(
  JSON.parse(readFileSync(join(packageRoot, 'schemas', 'event.schema.json'), 'utf8')) as object,
);

const at = {file: 'site.yml', line: 1, column: 1, length: 1};
const changes = [
  {kind: 'state', summary: 'write', diff: [{what: 'mode', before: undefined, after: '0600'}], item: 'a'},
  {kind: 'action', summary: 'run', diff: [{what: '/x', text: {before: '', after: 'x'}}]},
] as const;
const failure = {message: 'no', command: 'kubeadm', code: 1, stderr: 'bad', hint: 'look', at};

/** One outcome for each status: the compiler asks for a new one here too. */
const outcomes: {readonly [Status in Outcome['status']]: Extract<Outcome, {status: Status}>} = {
  ok: {status: 'ok', message: 'fine'},
  changed: {status: 'changed', changes},
  'would-change': {status: 'would-change', changes},
  'would-wait': {status: 'would-wait', what: '3 nodes Ready'},
  deferred: {status: 'deferred', needs: 'cp1/kubeadm_token'},
  skipped: {status: 'skipped', reason: 'when: false'},
  failed: {status: 'failed', failure, ignored: true, changes},
  unreachable: {status: 'unreachable', failure},
  blocked: {status: 'blocked', by: 'cp1/kubeadm_init', text: 'left out by --limit'},
  idle: {status: 'idle'},
  interrupted: {status: 'interrupted'},
};

const full = node('w1', 'Join', {role: 'worker', delegate: 'lb1', handler: true});
const others: {readonly [Type in Exclude<Event['type'], 'node-ended'>]: Extract<Event, {type: Type}>} = {
  'run-started': started(['w1']) as Extract<Event, {type: 'run-started'}>,
  'host-connected': {time: 1, type: 'host-connected', host: 'w1', milliseconds: 5},
  'host-lost': {time: 1, type: 'host-lost', host: 'w1', reason: 'reset'},
  'node-started': {time: 1, type: 'node-started', node: full},
  'node-waiting': {time: 1, type: 'node-waiting', node: full, what: 'x', elapsed: 1.5, limit: 60},
  'node-retrying': {time: 1, type: 'node-retrying', node: full, left: 2},
  warning: {time: 1, type: 'warning', message: 'beware', at},
  interrupting: {time: 1, type: 'interrupting', force: true},
  'run-ended': finished({w1: counts({ok: 1})}) as Extract<Event, {type: 'run-ended'}>,
};

describe('the schema of events', () => {
  const events = [...Object.values(others), ...Object.values(outcomes).map((outcome) => ended(full, outcome, {rc: 0}))];

  for (const event of events) {
    it(`describes ${event.type}${event.type === 'node-ended' ? ` with the outcome ${event.outcome.status}` : ''}`, () => {
      // What is undefined is not in JSON.
      expect(validate(JSON.parse(JSON.stringify(event))), JSON.stringify(validate.errors)).to.equal(true);
    });
  }

  it('lets nothing else pass', () => {
    expect(validate({...others['host-lost'], more: 1})).to.equal(false);
    expect(validate({time: 1, type: 'host-found', host: 'w1'})).to.equal(false);
  });
});
