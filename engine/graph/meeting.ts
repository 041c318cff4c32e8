import type {PlacedReference} from '../language/evaluate.js';
import {typeAt, type ValueType} from '../language/value-type.js';
import type {Term} from '../language/term.js';
import type {Task} from '../load/project.js';
import type {Span} from '../span.js';
import type {Draft} from './draft.js';
import type {NodeId, TaskNode} from './graph.js';
import type {Producers} from './producers.js';
import type {TaskSource} from './task-sources.js';
import {lacksMember, type Lost} from './unknown-names.js';
import type {VariableUse} from './variables.js';

export type Path = readonly (string | number | null)[];

/** What the walk over all references carries along. */
export interface Walk {
  readonly draft: Draft;
  readonly producers: Producers;
  readonly lost: (lost: Lost) => void;
  /** Whether the conditions of a node are known, and keep it from its work. */
  readonly skipped: (node: TaskNode) => boolean;
  readonly sources: (task: Task) => readonly TaskSource[];
  /** Gates for values that many nodes give, by the list of these nodes. */
  readonly gates: Map<readonly TaskNode[], NodeId>;
  /** Who gives a name its value on each host, by name and position. */
  readonly everywhere: Map<string, readonly TaskNode[]>;
  /** Nodes that are left out and wanted now. */
  readonly wanted: TaskNode[];
  readonly termReferences: Map<Term, readonly PlacedReference[]>;
}

/** Where a reference is met. */
export interface Meeting {
  readonly node: TaskNode;
  readonly source: TaskSource;
  /** Whose names count; another host's behind `hostvars`. */
  readonly use: VariableUse;
  /** Terms that were followed for this node. */
  readonly seen: Set<string | Term>;
  readonly usedAt: Span | undefined;
  /** Variables whose terms led here, outermost first. */
  readonly through: readonly {readonly name: string; readonly host: string; readonly at: Span}[];
}

/** A reference on its way, with the path that it means. */
export interface Following {
  readonly reference: PlacedReference;
  readonly at: Meeting;
  readonly path: Path;
}

/** Notes that a reference names what is not there. What is surely never evaluated needs nothing. */
export function lose(
  walk: Walk,
  {reference, at}: Pick<Following, 'reference' | 'at'>,
  words: Pick<Lost, 'message' | 'hint'>,
): void {
  if (at.source.guarded && walk.skipped(at.node)) return;
  walk.lost({reference, host: at.node.host, among: at.node.play.hosts, usedAt: at.usedAt, ...words});
}

/** Whether a value of the type has the members of the path after its first segments; what surely lacks one is noted. */
export function memberThere(
  walk: Walk,
  {reference, at, path, type, from}: Following & {readonly type: ValueType; readonly from: number},
): boolean {
  if (reference.optional !== undefined) return true;
  const found = typeAt(type, path.slice(from));
  if ('type' in found) return true;
  lose(walk, {reference, at}, lacksMember(path, found.missing + from, found.names));
  return false;
}
