import {basename} from 'node:path';
import {raw, sh} from '../../engine/host.js';
import {ask, promise, promiseUnder, refuse, unknown, type Change, type FactRequest} from '../../engine/task.js';
import {copiedFact, type CopiedKey, type CopiedState} from '../facts/copied.js';
import {fileFact} from '../facts/file.js';
import {canonicalPath} from '../facts/file/state.js';
import {isDigits} from '../files/modes.js';
import {asked} from '../files/placement.js';
import type {CopyArgs} from './sources.js';

/** A change that copies a folder of the machine. */
export interface TreeCopy extends Change {
  readonly tree: CopiedKey;
}

/** The question about a folder of the machine that is to be copied; what is no folder answers it so. */
export function copiedReads(args: CopyArgs): readonly FactRequest<CopiedState>[] {
  return typeof args.src === 'string' ? [ask(copiedFact, keyOf(args, args.src))] : [];
}

/** Plans the copy of a folder of the machine into another. */
export function planTree(args: CopyArgs, {deviating}: CopiedState): TreeCopy | undefined {
  const {src} = args;
  if (typeof src !== 'string') throw new Error('Internal error: no folder of the machine');
  if (!args.force || args.backup) refuse("'force: false' and 'backup' are for single files, and this is a folder", src);
  for (const [name, mode] of [
    ['mode', args.mode],
    ['directory_mode', args.directory_mode],
  ])
    if (mode !== undefined && mode !== 'preserve' && !isDigits(mode))
      refuse(`'${name}' of a folder of the machine is in digits`, 'without it all keeps its mode');
  if (deviating === 0) return undefined;
  const tree = keyOf(args, src);
  return {
    kind: 'state',
    summary: `copy ${canonicalPath(src)} to ${tree.dest}`,
    makes: [
      promiseUnder(fileFact, tree.dest, unknown(`what ${src} holds`)),
      promise(fileFact, {path: tree.dest}, {exists: true, type: 'directory'}),
      promise(copiedFact, tree, {deviating: 0}),
    ],
    tree,
  };
}

/** A script that copies what is below a folder, times and modes with it, and what links lead to instead of links. */
export function treeScript({src, dest, mode, folderMode, owner, group}: CopiedKey): string {
  const steps = [
    ...(owner === undefined ? [] : [sh`chown -h -- ${owner} "$d/$p"`]),
    ...(group === undefined ? [] : [sh`chgrp -h -- ${group} "$d/$p"`]),
    ...(mode === undefined ? [] : [sh`{ [ -d "$d/$p" ] || chmod -- ${mode} "$d/$p"; }`]),
    ...(folderMode === undefined ? [] : [sh`{ [ ! -d "$d/$p" ] || chmod -- ${folderMode} "$d/$p"; }`]),
  ];
  const placed =
    steps.length === 0
      ? ''
      : sh` && find -L . -mindepth 1 -exec sh -c ${`d=$0; for p do ${steps.join(' && ')} || exit 1; done`} ${dest} '{}' +`;
  return sh`mkdir -p -- ${dest} && cd -- ${src} && find . -mindepth 1 -maxdepth 1 -exec sh -c 'd=$0; tar -chf - -- "$@" | tar -xpof - -C "$d"' ${dest} '{}' +${raw(placed)}`;
}

function keyOf(args: CopyArgs, src: string): CopiedKey {
  const {owner, group, mode} = asked(args);
  const dest = canonicalPath(src.endsWith('/') ? args.dest : `${args.dest}/${basename(src)}`);
  return {
    src,
    dest,
    ...(mode === undefined || mode === 'preserve' ? {} : {mode}),
    ...(args.directory_mode === undefined ? {} : {folderMode: args.directory_mode}),
    ...(owner === undefined ? {} : {owner}),
    ...(group === undefined ? {} : {group}),
  };
}
