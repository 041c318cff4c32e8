import {BadInput, type Diagnostic} from '../diagnostic.js';
import type {Project} from '../load/project.js';
import {checkArguments} from './check-arguments.js';
import {orderDelegated} from './delegated.js';
import {createDraft, type GraphOptions} from './draft.js';
import {expand} from './expand.js';
import type {Graph, Selection} from './graph.js';
import {logins} from './logins.js';
import {notify} from './notify.js';
import {observe} from './observe.js';
import {order} from './order.js';
import {checkNeeds, orderPlays} from './plays.js';
import {sort} from './sort.js';
import {values} from './values.js';

export type {GraphOptions} from './draft.js';

/** What becomes of a project, one transform after the other. */
const transforms = [
  expand, // plays × batches × hosts × tasks, handlers × flushes; what the selection leaves out is marked
  checkNeeds, // `needs` name plays above
  order, // the chain of each host, batches, blocks with rescue and always, fatal failures, run_once
  orderPlays, // plays after plays
  orderDelegated, // turns on a delegate
  notify, // who calls which handler
  values, // names become edges; what is nowhere is a diagnostic
  checkArguments, // arguments whose values are known, by the schemas of their modules
  observe, // what is left out and wanted for its value
  logins, // how machines are reached, where plays say it
];

/** Builds the graph of a project before the first connection; throws `BadInput` with everything that is wrong. */
export function buildGraph(project: Project, selection: Selection, options: GraphOptions): Graph {
  const draft = createDraft(project, selection, options);
  for (const transform of transforms) transform(draft);
  const graph = sort(draft);
  if (draft.diagnostics.size > 0) throw new BadInput(inOrder([...draft.diagnostics.values()]));
  return graph;
}

/** What has no place first, then file by file, from top to bottom. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({at}) => at?.file))];
  const compare = ({at: one}: Diagnostic, {at: other}: Diagnostic): number => {
    if (!one || !other) return Number(one !== undefined) - Number(other !== undefined);
    return files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line || one.column - other.column;
  };
  return diagnostics.toSorted(compare);
}
