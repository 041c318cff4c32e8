import {sh} from '../engine/host.js';
import {ask, consult, peek, promise, promiseUnder, refuse} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, throughLink, type FileKey, type FileState} from './facts/file/state.js';
import type {Base, FileArgs, FileChange, FileFacts} from './file/change.js';
import {foldersAbove, planDirectory} from './file/directory.js';
import {planHard, planLink, targetReads} from './file/link.js';
import {planTouch} from './file/touch.js';
import {setsTimes, timeReads, timeScript} from './file/times.js';
import {placeTree, treeReads} from './file/tree.js';
import {withTimes} from './file/with-times.js';
import {withAccounts} from './files/accounts.js';
import {asked, demandReadable, misplaced, place, placementWords, settled} from './files/placement.js';

export const file = withAccounts<FileArgs, FileFacts, FileChange>({
  name: 'file',
  reads: (args) => ({
    file: ask(fileFact, fileKey(args)),
    parents: parentsRead(args).map((path) => consult(fileFact, {path, digest: false})),
    source:
      args.state === 'hard' && args.src?.startsWith('/') === true ? [ask(fileFact, {path: args.src, times: true})] : [],
    moments: timeReads(args),
    target: targetReads(args),
    ...treeReads(args),
  }),
  plan(args, facts) {
    const {file: state} = facts;
    demandReadable(state);
    if (args.state !== 'touch' && (args.modification_time === 'now' || args.access_time === 'now'))
      refuse("times are set with 'state: touch' alone");
    if (args.recurse && args.state !== 'directory') refuse("'recurse' is for 'state: directory'");
    const base = {kind: 'state', path: state.path, placement: asked(args)} as const;
    return withTimes(args, facts, planState(args, facts, base));
  },
  async apply(host, change) {
    const {path, target = ''} = change;
    switch (change.step) {
      case 'remove':
        await host.run(sh`rm -rf -- ${path}`);
        return;
      case 'folders':
        for (const folder of change.folders ?? []) await host.run(sh`[ -d ${folder} ] || mkdir -- ${folder}`);
        break;
      case 'link':
        await host.run(`${change.clear === true ? sh`rm -rf -- ${path} && ` : ''}${sh`ln -sfn -- ${target} ${path}`}`);
        break;
      case 'hard':
        await host.run(`${change.clear === true ? sh`rm -rf -- ${path} && ` : ''}${sh`ln -- ${target} ${path}`}`);
        break;
      case 'touch':
        await host.run(sh`touch ${change.times ?? []} -- ${path}`);
        break;
      case 'place':
      case 'tree':
    }
    const {folders = [path]} = change;
    for (const folder of folders) await place(host, folder, change.placement);
    if (change.tree !== undefined) await placeTree(host, change.tree, change.modes ?? []);
    if (change.led !== undefined) await place(host, change.led.path, change.led.placement);
    if (change.set !== undefined) await host.run(timeScript(change.set, path));
  },
  output: (args, {file: state}) => {
    const tell = (name: keyof FileState): unknown => peek(() => state[name]);
    const type = peek(() => state.type);
    return {
      path: args.path,
      dest: args.path,
      state: type,
      mode: tell('mode'),
      owner: tell('owner'),
      group: tell('group'),
      uid: tell('uid'),
      gid: tell('gid'),
      ...(type === 'file' ? {size: tell('size')} : {}),
    };
  },
});

/** Plans what shall stand there, times left aside. */
function planState(args: FileArgs, facts: FileFacts, base: Base): FileChange | undefined {
  switch (args.state) {
    case 'absent':
      if (facts.file.type === 'absent') return undefined;
      return {
        ...base,
        step: 'remove',
        summary: `remove ${base.path}`,
        makes: [promiseUnder(fileFact, base.path, {exists: false, type: 'absent'})],
      };
    case 'file':
      return planPlacement(args, args.follow ? throughLink(facts.file) : facts.file, base);
    case 'directory':
      return planDirectory(args, facts, base);
    case 'link':
      return planLink(args, facts, base);
    case 'hard':
      return planHard(args, facts, base);
    case 'touch':
      return planTouch(args, facts);
  }
}

/** How much of the file a plan, and the look at what came of it, has to know. */
function fileKey(args: FileArgs): FileKey {
  const {path, state} = args;
  // Who reads a file to its end moves the time of its last access.
  if (setsTimes(args)) return {path, times: true, digest: false};
  if (state === 'hard') return {path, times: true};
  return state === 'touch' ? {path} : {path, digest: false};
}

/** The folders whose state a plan depends on. */
function parentsRead({state, path}: FileArgs): readonly string[] {
  switch (state) {
    case 'directory':
      return foldersAbove(path);
    case 'link':
    case 'hard':
    case 'touch':
      return [parentOf(path)];
    case 'file':
    case 'absent':
      return [];
  }
}

function planPlacement(args: FileArgs, state: FileState, base: Base): FileChange | undefined {
  if (state.type === 'absent') {
    refuse(
      `'${base.path}' does not exist, and 'state: file' only sets the attributes of what is there`,
      "make it with copy or template, or with 'state: touch'",
    );
  }
  const members = misplaced(state, state.type === 'link' ? {...args, mode: state.mode ?? '0777'} : args);
  if (Object.keys(members).length === 0) return undefined;
  return {
    ...base,
    path: state.path,
    placement: settled(args, state),
    step: 'place',
    summary: `${state.path}: ${placementWords(members)}`,
    makes: [promise(fileFact, {path: state.path}, members)],
  };
}
