import type {TaskNode} from '../graph/graph.js';
import type {Outcome} from '../outcome.js';
import type {PlanWatch} from '../run/plan-watch.js';
import type {Secrets} from '../run/secrets.js';
import type {Digest} from './digest.js';
import {keepItem, readItem, secretsIn, type ItemRead} from './keep.js';
import type {KeptNode} from './plan.js';
import {taskFiles} from './task-files.js';

/** Writes a check down while it goes on. */
export interface PlanRecord {
  readonly watch: PlanWatch;
  /** To be asked after the run, when all its secrets are known. */
  nodes(): readonly KeptNode[];
  /** Files of the controller that tasks name, by absolute path. */
  files(): readonly string[];
  /** Whether a text holds a secret of the run. */
  isSecret(text: string): boolean;
}

/** An empty record. */
export function recordPlan(digest: Digest): PlanRecord {
  const items = new Map<TaskNode, ItemRead[]>();
  const ends: {readonly node: TaskNode; readonly outcome: Outcome}[] = [];
  const files = new Set<string>();
  let secrets: Secrets | undefined;
  const isSecret = (value: unknown): boolean => secrets !== undefined && secretsIn(secrets)(value);
  return {
    watch: {
      planned(turn, considered) {
        items.set(turn.node, [...(items.get(turn.node) ?? []), readItem(turn, considered)]);
        for (const file of taskFiles(turn, considered.args)) files.add(file);
      },
      ended(node, outcome) {
        ends.push({node, outcome});
        return outcome;
      },
      over(known) {
        secrets = known;
      },
    },
    isSecret,
    files: () => [...files],
    nodes: () =>
      ends.map(({node, outcome}) => {
        const {id, host, play, task} = node;
        const changes = 'changes' in outcome ? (outcome.changes ?? []) : [];
        return {
          id,
          host,
          play: play.name,
          task: task.name,
          module: task.module,
          at: `${task.at.file}:${task.at.line}:${task.at.column}`,
          status: outcome.status,
          ...(outcome.status === 'deferred' ? {needs: outcome.needs} : {}),
          items: (items.get(node) ?? []).map((item) => keepItem(item, {digest, isSecret})),
          changes: secrets?.mask(changes) ?? changes,
        };
      }),
  };
}
