import {sh, type Host} from '../engine/host.js';
import {ask, promise, promiseUnder, refuse, type Change, type Promised} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, throughLink, type FileState} from './facts/file/state.js';
import {treeFact, withoutExecute, type TreeKey, type TreeState} from './facts/tree.js';
import {withAccounts} from './files/accounts.js';
import {
  asked,
  demandFolder,
  demandReadable,
  misplaced,
  place,
  placedAnew,
  placementWords,
  type Placement,
} from './files/placement.js';

export interface FileArgs extends Placement {
  readonly path: string;
  readonly state: 'file' | 'directory' | 'link' | 'absent';
  readonly src?: string;
  readonly force: boolean;
  readonly recurse: boolean;
}

interface Facts {
  readonly file: FileState;
  readonly parents: readonly FileState[];
  readonly tree: readonly TreeState[];
}

interface FileChange extends Change {
  readonly path: string;
  readonly placement: Placement;
  readonly step: 'place' | 'remove' | 'folders' | 'link' | 'tree';
  /** Folders to make, outermost first. */
  readonly folders?: readonly string[];
  readonly target?: string;
  readonly clear?: boolean;
  readonly tree?: TreeKey;
}

function treeKey(args: FileArgs): TreeKey {
  return {path: args.path, ...asked(args)};
}

/** All folders above a path, outermost first, `/` left out. */
function foldersAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let folder = parentOf(path); folder !== '/'; folder = parentOf(folder)) above.unshift(folder);
  return above;
}

export const file = withAccounts<FileArgs, Facts, FileChange>({
  name: 'file',
  reads: (args) => ({
    file: ask(fileFact, {path: args.path, digest: false}),
    parents: (args.state === 'directory'
      ? foldersAbove(args.path)
      : args.state === 'link'
        ? [parentOf(args.path)]
        : []
    ).map((path) => ask(fileFact, {path, digest: false})),
    tree: args.recurse ? [ask(treeFact, treeKey(args))] : [],
  }),
  plan(args, facts) {
    const {file: state} = facts;
    demandReadable(state);
    const path = state.path;
    const base = {kind: 'state', path, placement: asked(args)} as const;
    switch (args.state) {
      case 'absent':
        if (state.type === 'absent') return undefined;
        return {
          ...base,
          step: 'remove',
          summary: `remove ${path}`,
          makes: [promiseUnder(fileFact, path, {exists: false, type: 'absent'})],
        };
      case 'file':
        if (throughLink(state).type === 'absent') {
          refuse(
            `'${path}' ${state.type === 'link' ? 'leads to nothing' : 'does not exist'}, and 'state: file' only sets the attributes of what is there`,
            'make it with copy or template',
          );
        }
        return planPlacement(args, throughLink(state), base);
      case 'directory':
        return planDirectory(args, facts, base);
      case 'link':
        return planLink(args, facts, base);
    }
  },
  async apply(host, change) {
    const {path} = change;
    switch (change.step) {
      case 'remove':
        await host.run(sh`rm -rf -- ${path}`);
        return;
      case 'folders':
        for (const folder of change.folders ?? []) await host.run(sh`[ -d ${folder} ] || mkdir -- ${folder}`);
        await place(host, path, change.placement);
        if (change.tree !== undefined) await placeTree(host, change.tree);
        return;
      case 'link':
        await host.run(
          `${change.clear === true ? sh`rm -rf -- ${path} && ` : ''}${sh`ln -sfn -- ${change.target ?? ''} ${path}`}`,
        );
        await place(host, path, change.placement);
        return;
      case 'place':
        await place(host, path, change.placement);
        return;
      case 'tree':
        await place(host, path, change.placement);
        if (change.tree !== undefined) await placeTree(host, change.tree);
    }
  },
  output: (args, {file: state}) => ({
    path: args.path,
    state: state.type,
    mode: state.mode,
    owner: state.owner,
    group: state.group,
  }),
});

type Base = Pick<FileChange, 'path' | 'placement'> & {readonly kind: 'state'};

function planPlacement(args: FileArgs, state: FileState, base: Base): FileChange | undefined {
  const members = misplaced(state, args);
  if (Object.keys(members).length === 0) return undefined;
  return {
    ...base,
    path: state.path,
    step: 'place',
    summary: `${state.path}: ${placementWords(members)}`,
    makes: [promise(fileFact, {path: state.path}, members)],
  };
}

function planDirectory(args: FileArgs, facts: Facts, base: Base): FileChange | undefined {
  const {file: state} = facts;
  const end = state.type === 'link' ? (state.to ?? state) : state;
  const tree = facts.tree[0];
  const treeToPlace = tree !== undefined && tree.deviating > 0 ? treeKey(args) : undefined;
  const treePromises: readonly Promised[] = args.recurse ? [promise(treeFact, treeKey(args), {deviating: 0})] : [];
  if (end.type === 'directory') {
    const members = misplaced(end, args);
    if (Object.keys(members).length === 0 && treeToPlace === undefined) return undefined;
    const words = [placementWords(members), treeToPlace === undefined ? '' : `${tree?.deviating ?? 0} below it`];
    return {
      ...base,
      path: end.path,
      step: treeToPlace === undefined ? 'place' : 'tree',
      summary: `${state.path}: ${words.filter((word) => word !== '').join(', ')}`,
      makes: [
        ...(Object.keys(members).length === 0 ? [] : [promise(fileFact, {path: end.path}, members)]),
        ...(treeToPlace === undefined ? [] : treePromises),
      ],
      ...(treeToPlace === undefined ? {} : {tree: treeToPlace}),
    };
  }
  if (state.type !== 'absent') {
    refuse(
      `'${state.path}' is a ${state.type}, not a folder`,
      `remove it before, with file: {path: ${state.path}, state: absent}`,
    );
  }
  const wrong = facts.parents.find((parent) => {
    const type = parent.type === 'link' ? (parent.to?.type ?? 'link') : parent.type;
    return type !== 'absent' && type !== 'directory';
  });
  if (wrong !== undefined) demandFolder(wrong, state.path);
  const folders = [
    ...facts.parents.filter((parent) => parent.type === 'absent').map((parent) => parent.path),
    state.path,
  ];
  return {
    ...base,
    step: 'folders',
    folders,
    summary: `create folder ${state.path}`,
    makes: [
      ...folders.map((path) =>
        promise(
          fileFact,
          {path},
          {
            exists: true,
            type: 'directory',
            ...(path === state.path ? {mode: '0755', ...placedAnew(args)} : {mode: '0755'}),
          },
        ),
      ),
      ...treePromises,
    ],
    placement: {mode: '0755', ...base.placement},
  };
}

function planLink(args: FileArgs, facts: Facts, base: Base): FileChange | undefined {
  const {file: state} = facts;
  if (args.src === undefined) refuse("'state: link' needs 'src', what the link shall say");
  const owned = withoutMode(args);
  if (state.type === 'link' && state.target === args.src)
    return planPlacement(owned, state, {...base, placement: asked(owned)});
  if (state.type !== 'absent' && state.type !== 'link' && !args.force) {
    refuse(`'${state.path}' is a ${state.type}, not a link`, "remove it before, or say 'force: true' to replace it");
  }
  const parent = facts.parents[0];
  if (parent !== undefined) demandFolder(parent, state.path);
  return {
    ...base,
    placement: asked(owned),
    step: 'link',
    target: args.src,
    clear: state.type !== 'absent' && state.type !== 'link',
    summary: `link ${state.path} → ${args.src}`,
    makes: [
      promise(fileFact, {path: state.path}, {exists: true, type: 'link', target: args.src, ...placedAnew(owned)}),
    ],
  };
}

/** A link has no mode of its own. */
function withoutMode(args: FileArgs): FileArgs {
  const {mode: _, ...rest} = args;
  return rest;
}

async function placeTree(host: Host, tree: TreeKey): Promise<void> {
  const owner = tree.owner === undefined ? '' : sh`chown -R -h -- ${tree.owner} ${tree.path} && `;
  const group = tree.group === undefined ? '' : sh`chgrp -R -h -- ${tree.group} ${tree.path} && `;
  const plain = tree.mode === undefined ? '' : withoutExecute(tree.mode);
  const mode =
    tree.mode === undefined
      ? ''
      : sh`find ${tree.path} -type d -exec chmod -- ${tree.mode} '{}' + && find ${tree.path} -type f -perm -100 -exec chmod -- ${tree.mode} '{}' + && find ${tree.path} -type f ! -perm -100 -exec chmod -- ${plain} '{}' + && `;
  await host.run(`${owner}${group}${mode}:`);
}
