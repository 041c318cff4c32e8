import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {expect} from 'chai';
import {Machine} from '../../engine/connect/machine.js';
import type {Change, TaskModule} from '../../engine/task.js';
import {startServer, type TestServer} from '../connect/server.js';
import {scene} from '../run/rig.js';

const tasks = 5000;
/** From then on everything that is made once is there. */
const settled = 1000;
/** What the outcome of a task may keep, in bytes: it is counted at the end. */
const each = 1000;

interface Saying extends Change {
  readonly word: string;
}

const say: TaskModule<{readonly word: string}, object, Saying> = {
  name: 'say',
  reads: () => ({}),
  plan: ({word}) => ({kind: 'action', summary: word, makes: [], undeclared: true, word}),
  async apply(host, {word}) {
    const {stdout} = await host.run(`echo ${word}`);
    if (stdout !== `${word}\n`) throw new Error(`the machine said ${stdout}`);
  },
};
const schema = {type: 'object', required: ['word'], properties: {word: {type: 'string'}}};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

// As many tasks as one a second makes in almost an hour and a half, over one connection.
describe('a long run', function () {
  this.timeout(600_000);
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('keeps nothing of what is done but its outcome', async () => {
    const lines = Array.from({length: tasks}, (_, index) => `    - {name: T${index}, say: {word: w${index}}}\n`);
    const playbook = `- hosts: all\n  tasks:\n${lines.join('')}`;
    const {run} = await scene(playbook, {modules: [say], schemas: {say: schema}});
    const machine = new Machine(server.settings);
    const heap: number[] = [];
    let ended = 0;
    try {
      const {code} = await run({
        hostFor: (_, place) => machine.host(place),
        listen: (event) => {
          if (event.type !== 'node-ended' || ++ended % settled !== 0) return;
          collectGarbage();
          heap.push(process.memoryUsage().heapUsed);
        },
      });
      expect(code).to.equal(0);
    } finally {
      await machine.close();
    }
    expect(server.counts.connections).to.equal(1);
    expect(heap).to.have.length(tasks / settled);
    const grown = (heap.at(-1) ?? NaN) - (heap[0] ?? NaN);
    process.stderr.write(
      `      bytes for each task: ${Math.round(grown / (tasks - settled))} (${heap.map((b) => (b / 1e6).toFixed(1)).join(' ')})\n`,
    );
    expect(grown).to.be.below(each * (tasks - settled));
  });
});
