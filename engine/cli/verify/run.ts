import {writeFileSync} from 'node:fs';
import type {Event} from '../../event.js';
import type {Graph, NodeId} from '../../graph/graph.js';
import {openRenderers} from '../../render/open.js';
import type {Renderer} from '../../render/renderer.js';
import {painter, wantsColor} from '../../render/style.js';
import type {Registry} from '../../task.js';
import type {Invocation, ProjectOptions} from '../invocation.js';
import {runOnMachines} from '../run-machines.js';
import {complain, print} from '../speak.js';
import {codeOf, judgeRows, type Verdict} from './judge.js';
import {readRows} from './rows.js';
import {tableText} from './table.js';

/** What the composition root lends. */
interface Lent {
  readonly registry: Registry;
  readonly prepare: (options: ProjectOptions) => Promise<Graph>;
}

type Ended = Extract<Event, {type: 'node-ended'}>;

/** Looks whether everything is as the playbooks say, row by row; changes nothing. */
export async function verify(
  {options}: Extract<Invocation, {command: 'verify'}>,
  {registry, prepare}: Lent,
): Promise<number> {
  const rows = readRows(options.project.playbooks, process.cwd());
  const graph = await prepare(options.project);
  const ended: Ended[] = [];
  const renderer = await rendererOf(options.outputs, {verbosity: options.verbosity, ended});
  const {code} = await runOnMachines(graph, {...options, check: true}, {registry, renderer});
  if (code === 99 || code === 250) {
    complain('nothing is verified: the look did not come to its end\n');
    return code;
  }
  const verdicts = judgeRows(ended, {rows, tagsOf: tagsIn(graph)});
  const exit = codeOf(verdicts, ended);
  for (const {format, file} of options.outputs) write(verdicts, {format, file, code: exit});
  return exit;
}

/** Takes the outcomes in, and shows the look itself where that is asked for. */
async function rendererOf(
  outputs: Extract<Invocation, {command: 'verify'}>['options']['outputs'],
  {verbosity, ended}: {readonly verbosity: number; readonly ended: Ended[]},
): Promise<Renderer> {
  const own = outputs.filter(({format}) => format !== 'human' && format !== 'json');
  const shown = await openRenderers({outputs: own, verbosity, stdout: process.stdout, environment: process.env});
  return {
    show(event) {
      if (event.type === 'node-ended') ended.push(event);
      if (event.type === 'warning') complain(`warning: ${event.message}\n`);
      shown.show(event);
    },
    end: () => shown.end(),
  };
}

function tagsIn({nodes}: Graph): (id: string) => readonly string[] {
  return (id) => {
    const node = nodes.get(id as NodeId);
    return node?.kind === 'task' ? node.task.keywords.tags : [];
  };
}

function write(
  verdicts: readonly Verdict[],
  {format, file, code}: {readonly format: string; readonly file: string | undefined; readonly code: number},
): void {
  if (format !== 'human' && format !== 'json') return;
  const colored = file === undefined && wantsColor(process.stdout.isTTY, process.env);
  const text =
    format === 'json' ? `${JSON.stringify({code, rows: verdicts}, null, 2)}\n` : tableText(verdicts, painter(colored));
  if (file === undefined) print(text);
  else writeFileSync(file, text);
}
