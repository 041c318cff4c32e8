import {expect} from 'chai';
import fc from 'fast-check';
import {Lab} from '../lab/lab.js';
import {reasonWithoutLab} from '../lab/requirements.js';
import {baseless, changes, deferrals, disagreements} from './judge.js';
import {isHarmonious, playbookOf, randomPlay, type RandomPlay} from './plays.js';
import {openStage, type Outcomes, type Stage} from './run-play.js';
import {resetScript, snapshotScript, startState} from './world.js';

const plays = Number(process.env['U7S_EXACT_PLAYS'] ?? 500);
const seed = Number(process.env['U7S_EXACT_SEED'] ?? Date.now() % 2 ** 31);

function none(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${what}:\n  ${found.join('\n  ')}`);
}

describe('a check, against the run that follows it, on a real host', function () {
  this.timeout(3_600_000);
  let lab: Lab;
  let stage: Stage;
  const count = {plays: 0, nodes: 0, changed: 0, failed: 0, deferred: 0, harmonious: 0};

  before(async function () {
    const reason = await reasonWithoutLab();
    if (reason !== undefined) {
      process.stderr.write(`SKIPPED, no real hosts: ${reason}\n`);
      this.skip();
    }
    lab = await Lab.open({name: 'exact', subnet: '10.95.0.0/24'});
    await lab.down();
    await lab.up(['one']);
    stage = openStage(lab, 'one');
  });
  after(async () => {
    const share = ((100 * count.deferred) / Math.max(1, count.nodes)).toFixed(1);
    process.stdout.write(
      `      seed ${seed}: ${count.plays} plays, ${count.nodes} nodes, ${count.changed} changed, ${count.failed} failed, ` +
        `${count.deferred} deferred (${share} %), ${count.harmonious} plays run again without a change\n`,
    );
    await (stage as Stage | undefined)?.close();
    await (lab as Lab | undefined)?.down();
  });

  const snapshot = async (): Promise<string> => (await stage.root.run(snapshotScript)).stdout;

  /** Checks, and sees that nothing was touched. */
  async function check(playbook: string): Promise<Outcomes> {
    const before = await snapshot();
    const announced = await stage.play(playbook, {check: true});
    expect(await snapshot(), 'what a check touched').to.equal(before);
    return announced;
  }

  async function judge(steps: readonly string[], play: RandomPlay): Promise<void> {
    await stage.root.run(resetScript(steps));
    const playbook = playbookOf(play);
    const announced = await check(playbook);
    if (!play.tasks.some(({opaque}) => opaque)) none('deferred without a cause', baseless(announced));
    const done = await stage.play(playbook, {check: false});
    none('the first run', disagreements(announced, done));
    const announcedAgain = await check(playbook);
    const doneAgain = await stage.play(playbook, {check: false});
    none('the second run', disagreements(announcedAgain, doneAgain));
    const outcomes = [...announced.values()].filter(({outcome}) => outcome.status !== 'idle');
    const failed = [...done.values()].filter(({outcome}) => outcome.status === 'failed').length;
    const harmonious = failed === 0 && isHarmonious(play, steps);
    if (harmonious) none('changes of the second run', changes(doneAgain));
    count.plays++;
    count.nodes += outcomes.length;
    count.deferred += deferrals(announced).length;
    count.changed += changes(done).length;
    count.failed += failed;
    count.harmonious += harmonious ? 1 : 0;
  }

  it(`is what the run does, its diff too, for ${plays} random plays (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(startState, randomPlay, async (steps, play) => judge(steps, play)),
      {numRuns: plays, seed, interruptAfterTimeLimit: 3_000_000, markInterruptAsFailure: false},
    );
  });
});
