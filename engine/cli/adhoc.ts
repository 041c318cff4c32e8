import {join} from 'node:path';
import {packageSchemas} from '../load/schema.js';
import type {OutputChoice} from '../render/open.js';
import type {Registry} from '../task.js';
import type {Graph} from '../graph/graph.js';
import type {Invocation, ProjectOptions} from './invocation.js';
import {runOnMachines} from './run-machines.js';

/** How a diagnostic names what was written on the command line. */
const file = 'adhoc';

/** What the composition root lends. */
interface Lent {
  readonly registry: Registry;
  readonly prepare: (options: ProjectOptions, mode: {readonly texts: ReadonlyMap<string, string>}) => Promise<Graph>;
}

/** Runs one task on the hosts of a pattern. */
export async function runAdhoc(
  {options, ...task}: Extract<Invocation, {command: 'adhoc'}>,
  {registry, prepare}: Lent,
): Promise<number> {
  const texts = new Map([[join(process.cwd(), file), playbookText(task)]]);
  const graph = await prepare({...options.project, playbooks: [file]}, {texts});
  const outputs = options.outputs.map((output): OutputChoice =>
    output.format === 'human' ? {...output, format: task.oneLine ? 'adhoc-line' : 'adhoc'} : output,
  );
  const {code} = await runOnMachines(graph, {...options, outputs}, {registry});
  return code;
}

/** The playbook of one task; the words of its arguments stay as they are, so that what is wrong is told at its place. */
export function playbookText({
  pattern,
  module,
  args,
  background,
  poll = 15,
}: {
  readonly pattern: string;
  readonly module: string;
  readonly args: string | undefined;
  /** Seconds that it may go on by itself. */
  readonly background?: number | undefined;
  readonly poll?: number | undefined;
}): string {
  return [
    `- name: ${JSON.stringify(`${module} on ${pattern}`)}`,
    `  hosts: ${JSON.stringify(pattern)}`,
    '  tasks:',
    `    - name: ${JSON.stringify(module)}`,
    `      ${module}: ${argumentsText(module, args?.trim() ?? '')}`,
    ...(background === undefined ? [] : [`      async: ${background}`, `      poll: ${poll}`]),
    '',
  ].join('\n');
}

/** Arguments in YAML's or JSON's form are taken over; anything else is the words of a command, or one string that the module's schema may refuse. */
function argumentsText(module: string, args: string): string {
  if (args === '') return '{}';
  if (args.startsWith('{') && !args.startsWith('{{')) return args.replaceAll('\n', ' ');
  const takesWords = packageSchemas().module(module)?.['x-free-form'] !== undefined;
  if (takesWords || !/^\w+:(\s|$)/.test(args)) return JSON.stringify(args);
  return `\n${args
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n')}`;
}
