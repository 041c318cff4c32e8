import {basename} from 'node:path';
import {sh} from '../engine/host.js';
import {
  ask,
  promise,
  refuse,
  unknown,
  type Change,
  type LocalSource,
  type Promised,
  type TaskModule,
} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, throughLink, type FileState} from './facts/file/state.js';
import {demandFolder} from './files/placement.js';
import {sha256} from './files/write.js';

export interface UnarchiveArgs {
  readonly src?: LocalSource;
  readonly remote_src?: string;
  readonly dest: string;
  readonly creates?: string;
  readonly stamp?: string;
  readonly strip_components: number;
  readonly include: readonly string[];
}

interface Facts {
  readonly dest: FileState;
  readonly creates: readonly FileState[];
  readonly stamp: readonly FileState[];
  readonly archive: readonly FileState[];
}

interface UnarchiveChange extends Change {
  readonly local?: string;
  readonly remote?: string;
  readonly name: string;
  readonly dest: string;
  readonly words: readonly string[];
  readonly include: readonly string[];
  readonly stamp?: {readonly path: string; readonly text: string};
}

export const unarchive: TaskModule<UnarchiveArgs, Facts, UnarchiveChange> = {
  name: 'unarchive',
  reads: (args) => ({
    dest: ask(fileFact, {path: args.dest, digest: false}),
    creates: args.creates === undefined ? [] : [ask(fileFact, {path: args.creates, digest: false})],
    stamp: args.stamp === undefined ? [] : [ask(fileFact, {path: args.stamp})],
    archive: args.remote_src === undefined ? [] : [ask(fileFact, {path: args.remote_src})],
  }),
  plan(args, facts) {
    const {src, remote_src: remote} = args;
    if ((src === undefined) === (remote === undefined)) refuse("unarchive needs one of 'src' and 'remote_src'");
    if (args.creates === undefined && args.stamp === undefined) {
      refuse(
        "unarchive needs 'creates' (something that the archive holds) or 'stamp' (a file that notes what was unpacked), to know when it is done",
      );
    }
    if (src?.type === 'directory') refuse(`'${src.path}' is a folder, not an archive`);
    const archive = facts.archive[0];
    const stamp = facts.stamp[0];
    const made = facts.creates[0];
    if (stamp === undefined && made?.exists === true) return undefined;
    if (archive !== undefined && throughLink(archive).type !== 'file')
      refuse(`there is no archive '${remote ?? ''}' on the host`);
    const hash = src?.sha256 ?? (archive === undefined ? undefined : throughLink(archive).sha256) ?? '';
    const text = `${hash}\n`;
    if (stamp !== undefined && stamp.sha256 === sha256(text) && made?.exists !== false) return undefined;
    demandFolder(facts.dest, `${args.dest}/.`);
    const name = basename(src?.path ?? remote ?? '');
    const makes: Promised[] = [];
    const cause = unknown(`what ${name} holds`);
    if (args.creates !== undefined)
      makes.push(
        promise(
          fileFact,
          {path: args.creates},
          {exists: true, type: cause, mode: cause, owner: cause, group: cause, sha256: cause},
        ),
      );
    if (args.stamp !== undefined)
      makes.push(
        promise(
          fileFact,
          {path: args.stamp},
          {exists: true, type: 'file', sha256: sha256(text), content: text, size: 65, mode: '0644'},
        ),
      );
    return {
      kind: 'state',
      summary: `unpack ${name} into ${canonicalPath(args.dest)}`,
      makes: [...makes],
      unsettles: [{kind: 'file', under: canonicalPath(args.dest)}],
      ...(src === undefined ? {} : {local: src.path}),
      ...(remote === undefined ? {} : {remote}),
      name,
      dest: canonicalPath(args.dest),
      words: [
        '-o',
        ...compression(name),
        ...(args.strip_components === 0 ? [] : [`--strip-components=${args.strip_components}`]),
      ],
      include: args.include,
      ...(args.stamp === undefined ? {} : {stamp: {path: args.stamp, text}}),
    };
  },
  async apply(host, change) {
    const {dest, include, words} = change;
    const name = change.remote ?? `${dest}/.u7s-unpack-${sha256(change.name).slice(0, 12)}`;
    try {
      if (change.local !== undefined) await host.put(name, {local: change.local}, {mode: '0600'});
      const script = /\.zip$/i.test(change.name)
        ? sh`unzip -o -q -d ${dest} -- ${name} ${include}`
        : sh`tar -x ${words} -f ${name} -C ${dest} ${include.length === 0 ? [] : ['--', ...include]}`;
      await host.run(script, {label: `unpacking of ${change.name}`, timeout: 1800});
    } finally {
      if (change.local !== undefined) await host.exec(sh`rm -f -- ${name}`);
    }
    if (change.stamp !== undefined) await host.put(change.stamp.path, change.stamp.text, {mode: '0644'});
  },
  output: (args) => ({dest: args.dest}),
};

/** How tar is told of the compression that busybox does not find out. */
function compression(name: string): readonly string[] {
  if (/\.(tgz|tar\.gz)$/i.test(name)) return ['-z'];
  if (/\.(txz|tar\.xz)$/i.test(name)) return ['-J'];
  return /\.(tbz2?|tar\.bz2)$/i.test(name) ? ['-j'] : [];
}
