import {Option} from '../parser.js';
import {projectOptions, type ProjectFlags} from '../flags.js';
import type {GraphFormat} from '../invocation.js';
import {addProjectFlags, requirePlaybooks} from '../project-flags.js';
import type {AddCommand} from './command.js';

/** `graph`: the picture of a run. */
export const addGraph: AddCommand = (program, found) => {
  const graph = program
    .command('graph')
    .summary('print the graph of a run')
    .description('Prints what would run in which order, before anything is connected to.');
  addProjectFlags(graph.argument('[playbooks...]').usage('[options] PLAYBOOK...'))
    .optionsGroup('What to show:')
    .addOption(
      new Option('--format <format>', 'form of the picture')
        .choices(['text', 'mermaid', 'dot', 'json'])
        .default('text'),
    )
    .option('--tasks', 'each task by itself, not the roles in one')
    .option('--times <journal>', 'with the times measured in a run: the file of its journal, or "last"')
    .action((playbooks: string[], flags: ProjectFlags & {format: GraphFormat; tasks?: true; times?: string}) => {
      const options = projectOptions(requirePlaybooks(playbooks, graph), flags);
      found({command: 'graph', options, format: flags.format, tasks: flags.tasks === true, times: flags.times});
    });
};
