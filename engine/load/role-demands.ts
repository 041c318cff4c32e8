import type {Term} from '../language/term.js';
import type {LoadedPlay, RoleDemand} from './loading.js';
import {memberOf} from './plain.js';
import type {Inventory, Item, Play, VarLayer} from './project.js';
import type {Report} from './report.js';
import {checkArgument, type RoleArgument} from './role-files.js';

interface Given {
  readonly inventory: Inventory;
  readonly extraVars: VarLayer;
  readonly report: Report;
}

/**
 * Checks each role's arguments against what each host of its play gives: one that is required and given nowhere, one whose value does not fit.
 * Values that tasks make (`register`, `set_fact`) count as given; of templates only those are known that are a variable alone.
 */
export function checkDemands(plays: readonly LoadedPlay[], given: Given): void {
  const made = new Set(plays.flatMap(({play}) => madeNames(play)));
  for (const {play, demands} of plays) {
    for (const demand of demands) {
      for (const argument of demand.files.arguments?.values() ?? []) {
        if (!made.has(argument.name)) checkDemand(argument, {demand, play, given, made});
      }
    }
  }
}

function checkDemand(
  argument: RoleArgument,
  {
    demand,
    play,
    given,
    made,
  }: {
    readonly demand: RoleDemand;
    readonly play: Play;
    readonly given: Given;
    readonly made: ReadonlySet<string>;
  },
): void {
  const {inventory, extraVars, report} = given;
  const lacking: string[] = [];
  const checked = new Set<Term>();
  for (const host of play.hosts) {
    const layers = [...(inventory.hosts.get(host)?.layers ?? []), ...play.layers, ...demand.keywords.layers, extraVars];
    const value = settled(winner(argument.name, layers), (name) => (made.has(name) ? undefined : winner(name, layers)));
    if (value === undefined) lacking.push(host);
    else if (!checked.has(value) && !isSealed(value)) checkArgument(argument, value, report);
    if (value) checked.add(value);
  }
  if (!argument.required || lacking.length === 0) return;
  const some = lacking
    .slice(0, 3)
    .map((host) => `"${host}"`)
    .join(', ');
  const more = lacking.length > 3 ? ` and ${lacking.length - 3} more` : '';
  const description = argument.schema['description'];
  const meaning = typeof description === 'string' ? `: ${description.replace(/\.$/, '')}` : '';
  report.error(
    demand.at,
    `role "${demand.use.name}" needs "${argument.name}", which nothing gives for ${some}${more}`,
    `set it in "vars" or in group_vars${meaning}`,
  );
}

/** What a mustache alone stands for where that is a variable, or a member of one; else the term itself. */
function settled(
  term: Term | undefined,
  find: (name: string) => Term | undefined,
  steps: number = mostSteps,
): Term | undefined {
  if (term?.kind !== 'text' || steps === 0) return term;
  const [, name, path = ''] = /^\s*\{\{\s*(\w+)((?:\.\w+)*)\s*\}\}\s*$/.exec(term.source) ?? [];
  if (name === undefined) return term;
  const known = (inner: Term | undefined): Term | undefined => settled(inner, find, steps - 1);
  const members = path.split('.').slice(1);
  return members.reduce((at, member) => known(memberOf(at, member)), known(find(name))) ?? term;
}

/** A variable may stand for another one, and that for a third; more is a ring. */
const mostSteps = 10;

/** Whether it is encrypted, and nobody gave the password. */
function isSealed(term: Term): boolean {
  return term.kind === 'literal' && term.vault !== undefined && term.value === term.vault;
}

/** The term of a name in the layer that wins. */
function winner(name: string, layers: readonly VarLayer[]): Term | undefined {
  let best: {readonly rank: number; readonly term: Term} | undefined;
  for (const {rank, entries} of layers) {
    const term = entries.get(name);
    if (term && (!best || rank >= best.rank)) best = {rank, term};
  }
  return best?.term;
}

/** Names of `register` and `set_fact` anywhere in the play. */
function madeNames(play: Play): readonly string[] {
  const names = (item: Item): readonly string[] => {
    if (item.kind === 'block') return [...item.block, ...item.rescue, ...item.always].flatMap(names);
    if (item.kind === 'meta') return [];
    return [...(item.register === undefined ? [] : [item.register]), ...(item.sets ?? [])];
  };
  const {preTasks, roles, tasks, postTasks} = play.sections;
  return [...preTasks, ...roles, ...tasks, ...postTasks].flatMap(names);
}
