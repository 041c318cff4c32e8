import type {TaskNode} from '../graph/graph.js';
import type {MetaWord} from '../load/project.js';
import type {AnyTaskModule} from '../task.js';
import {Deferred} from '../unknown.js';
import {firstRefusal} from './conditions.js';
import {endPart} from './ended.js';
import {failed} from './item.js';
import type {ItemResult} from './item-result.js';
import {recordOf, recordOfDeferred, recordOfSkip} from './record.js';
import {settle} from './settle.js';
import type {Run, Turn} from './turn.js';

/** What stands in the place of a module where a task is a word to the engine. */
export const metaModule: AnyTaskModule = {
  name: 'meta',
  reads: () => ({}),
  plan: () => undefined,
  apply: () => Promise.resolve(),
};

/** Does what a word to the engine says. */
export async function performMeta(turn: Turn, word: MetaWord): Promise<ItemResult> {
  try {
    const refused = await settle(turn, () => firstRefusal(turn));
    if (refused) return {status: 'skipped', reason: `when: ${refused.source}`, record: recordOfSkip(refused)};
    turn.run.begin(turn.node);
    const message = await obey(turn, word);
    return {status: 'ok', record: recordOf({}, false), ...(message === undefined ? {} : {message})};
  } catch (error) {
    if (error instanceof Deferred) return {status: 'deferred', needs: error.needs, record: recordOfDeferred(turn)};
    return failed(error);
  }
}

async function obey({run, node, dry}: Turn, word: MetaWord): Promise<string | undefined> {
  const {host, lane, play, task} = node;
  switch (word) {
    case 'noop':
      return undefined;
    case 'clear_host_errors':
      return undefined;
    case 'end_play':
      endPart(run, play, play.hosts);
      return 'the play ends here';
    case 'end_batch':
      endPart(run, play, batchOf(run, node));
      return 'the play ends here for these hosts';
    case 'end_host':
      endPart(run, play, [host]);
      return 'the play ends here for this host';
    case 'end_role':
      if (task.role === undefined) return 'no role ends here';
      endPart(run, task.role, [host]);
      return `the role ${task.role.name} ends here for this host`;
    case 'clear_facts':
      forget(run, node);
      return 'what is known of this host is asked again';
    case 'reset_connection':
      if (!dry) await run.reset(lane);
      return undefined;
  }
}

/** The hosts of the node's batch: those that do the same task of the same play beside it. */
function batchOf(run: Run, {play, task, id}: TaskNode): readonly string[] {
  const gates = run.graph.out.get(id).map(({to}) => to);
  const beside = gates.flatMap((gate) => run.graph.into.get(gate) ?? []).map(({from}) => run.graph.nodes.get(from));
  const own = beside.filter((node) => node?.kind === 'task' && node.play === play && node.task === task);
  return own.flatMap((node) => (node?.kind === 'task' ? [node.host] : []));
}

function forget(run: Run, {host, lane}: TaskNode): void {
  run.facts.forgetMachine(lane);
  if (host !== lane) run.facts.forgetMachine(host);
}
