import {expect} from 'chai';
import {seededRandom} from '../../engine/run/random.js';
import {scene, type Story} from './rig.js';

/** A random playbook of the toys, on a few paths and services, so that its tasks meet. */
function playbook(random: () => number): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const names = ['a', 'b', 'c'];
  const used = new Map<string, string>();
  // A path that two tasks want different would never converge: each keeps what it was first given.
  const settled = (what: string, value: () => string): string => {
    const present = used.get(what) ?? value();
    used.set(what, present);
    return present;
  };
  const task = (index: number): string => {
    const name = pick(names);
    const state = settled(`file ${name}`, () =>
      pick(['text: x', 'text: y', 'state: absent', 'text: "{{said.stdout}}"']),
    );
    const running = settled(`service ${name}`, () => pick(['true', 'false']));
    const body = pick([
      `file: {path: /${name}, ${state}}`,
      `file: {path: /units/${name}, text: unit}`,
      `service: {name: ${name}, running: ${running}}`,
      `user: {name: ${name}}`,
      `command: {cmd: "write /made-${name} z", creates: /made-${name}}`,
      `file: {path: "/by-{{item}}", text: "{{item}}"}, loop: [x, y]`,
      `debug: {msg: "so {{written.changed}}"}`,
    ]);
    const when = pick(['', '', '', ', when: written.changed', ', when: \'os.family == "toy"\'']);
    const ignore = body.startsWith('service') ? ', ignore_errors: true' : '';
    const notify = pick(['', '', ', notify: Restart']);
    return `    - {name: T${index}, ${body}${when}${ignore}${notify}}\n`;
  };
  const tasks = Array.from({length: 8}, (_, index) => task(index)).join('');
  return `
- hosts: all
  tasks:
    - {name: Say, command: {cmd: echo hello}, register: said, changed_when: false}
    - {name: Write, file: {path: /always, text: x}, register: written}
${tasks}  handlers:
    - {name: Restart, file: {path: /restarted, text: x}}
`;
}

function statuses(story: Story): ReadonlyMap<string, string> {
  return new Map(
    story.events.flatMap((event) => (event.type === 'node-ended' ? [[event.node.task, event.outcome.status]] : [])),
  );
}

describe('any playbook', () => {
  for (let seed = 1; seed <= 25; seed++) {
    it(`does what its check says, and then nothing more (seed ${seed})`, async () => {
      const random = seededRandom(seed);
      const files = Object.fromEntries(
        ['/a', '/b', '/units/a', '/made-b', '/always', '/by-x'].filter(() => random() < 0.5).map((path) => [path, 'x']),
      );
      const text = playbook(random);
      const {check, run, machine} = await scene(text, {files});
      const before = JSON.stringify([...machine('h1').files]);
      const foretold = statuses(await check());
      expect(JSON.stringify([...machine('h1').files]), 'a check changed something').to.equal(before);
      const done = statuses(await run());
      for (const [task, status] of foretold) {
        if (status === 'deferred') continue;
        const expected = status === 'would-change' ? 'changed' : status;
        expect(done.get(task), `${task} in\n${text}`).to.equal(expected);
      }
      // What failed for want of a later task is done the second time.
      if ([...done.values()].includes('failed')) await run();
      expect([...statuses(await check()).values()], text).not.to.include('would-change');
      const again = statuses(await run());
      for (const [task, status] of again)
        expect(status, `${task}, again, in\n${text}`).to.be.oneOf(['ok', 'skipped', 'failed', 'idle']);
    });
  }
});
