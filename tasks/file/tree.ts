import {sh, type Host} from '../../engine/host.js';
import {ask, promise, type FactRequest, type Promised} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import type {FileState} from '../facts/file/state.js';
import {listingFact} from '../facts/listing.js';
import type {ListingKey, ListingState} from '../facts/listing/state.js';
import {treeFact, type TreeKey, type TreeState} from '../facts/tree.js';
import {isDigits} from '../files/modes.js';
import {asked, misplaced} from '../files/placement.js';
import type {FileArgs, FileFacts, ModeOfPaths} from './change.js';

/** The tree that `recurse` is about. */
export function treeKey(args: FileArgs): TreeKey {
  return {path: args.path, ...asked(args)};
}

/** The questions about a tree: one number, or entry by entry where the mode is in letters. */
export function treeReads(args: FileArgs): {
  readonly tree: readonly FactRequest<TreeState>[];
  readonly entries: readonly FactRequest<ListingState>[];
} {
  if (!args.recurse) return {tree: [], entries: []};
  const isPlain = args.mode === undefined || isDigits(args.mode);
  return isPlain
    ? {tree: [ask(treeFact, treeKey(args))], entries: []}
    : {tree: [], entries: [ask(listingFact, listingKey(args))]};
}

function listingKey({path}: FileArgs): ListingKey {
  return {path, digest: false, follow: false};
}

/** How many entries of a tree are not as asked, what is promised of them, and the modes in digits that letters come to. */
export interface TreeWish {
  readonly count: number;
  readonly makes: readonly Promised[];
  readonly modes: readonly ModeOfPaths[];
}

/** What of a tree is not as asked, and what is promised of it; undefined where all of it is. */
export function treeWish(args: FileArgs, {tree, entries}: FileFacts): TreeWish | undefined {
  const [number] = tree;
  if (number !== undefined)
    return number.deviating === 0
      ? undefined
      : {count: number.deviating, makes: [promise(treeFact, treeKey(args), {deviating: 0})], modes: []};
  const wrong = (entries[0]?.entries ?? []).flatMap((entry) => {
    const members = misplacedEntry(entry, args);
    return Object.keys(members).length === 0 ? [] : [{path: entry.path, members}];
  });
  if (wrong.length === 0) return undefined;
  const modes = new Map<string, string[]>();
  for (const {path, members} of wrong)
    if (members.mode !== undefined) modes.set(members.mode, [...(modes.get(members.mode) ?? []), path]);
  return {
    count: wrong.length,
    makes: wrong.map(({path, members}) => promise(fileFact, {path}, members)),
    modes: [...modes].map(([mode, paths]) => ({mode, paths})),
  };
}

/** A link has no mode of its own. */
function misplacedEntry(entry: FileState, args: FileArgs): Partial<FileState> {
  const {mode, ...rest} = asked(args);
  return misplaced(entry, entry.type === 'link' || mode === undefined ? rest : {...rest, mode});
}

/** What a new tree is promised to be. */
export function newTreeMakes(args: FileArgs): readonly Promised[] {
  return treeReads(args).tree.length === 0 ? [] : [promise(treeFact, treeKey(args), {deviating: 0})];
}

/** Gives a whole tree its owner, group and mode. */
export async function placeTree(host: Host, tree: TreeKey, modes: readonly ModeOfPaths[]): Promise<void> {
  const {path, owner, group, mode} = tree;
  const steps = [
    ...(owner === undefined ? [] : [sh`chown -R -h -- ${owner} ${path}`]),
    ...(group === undefined ? [] : [sh`chgrp -R -h -- ${group} ${path}`]),
    ...(mode === undefined || !isDigits(mode)
      ? modes.map((each) => sh`chmod -- ${each.mode.padStart(5, '0')} ${each.paths}`)
      : [sh`find ${path} ! -type l -exec chmod -- ${mode.padStart(5, '0')} '{}' +`]),
  ];
  if (steps.length > 0) await host.run(steps.join(' && '));
}
