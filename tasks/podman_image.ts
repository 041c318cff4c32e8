import {raw, sh} from '../engine/host.js';
import {ask, promise, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {podmanImageFact, type PodmanImageState} from './facts/podman_image.js';

export interface PodmanImageArgs {
  readonly name: string;
  readonly tag?: string;
  readonly state: 'present' | 'absent';
  readonly archive?: string;
  readonly path?: string;
  readonly file?: string;
  readonly pull: boolean;
  readonly force: boolean;
  readonly arch?: string;
  readonly validate_certs: boolean;
  readonly ca_cert_dir?: string;
  readonly auth_file?: string;
  readonly username?: string;
  readonly password?: string;
  readonly timeout: number;
}

interface Facts {
  readonly image: PodmanImageState;
  /** The archive, or the folder to build from; empty where neither is named. */
  readonly sources: readonly FileState[];
}

interface ImageChange extends Change {
  readonly words: readonly string[];
  readonly login?: {readonly registry: string; readonly username: string; readonly password: string};
  readonly timeout: number;
}

export const podmanImage: TaskModule<PodmanImageArgs, Facts, ImageChange> = {
  name: 'podman_image',
  reads(args) {
    const source = args.archive ?? args.path;
    return {
      image: ask(podmanImageFact, {name: nameOf(args)}),
      sources: source === undefined ? [] : [ask(fileFact, {path: source, digest: false})],
    };
  },
  plan(args, {image, sources: [source]}) {
    const name = nameOf(args);
    const base = {timeout: args.timeout} as const;
    if (args.state === 'absent') {
      if (!image.exists) return undefined;
      return {
        ...base,
        kind: 'state',
        summary: `remove image ${name}`,
        makes: [promise(podmanImageFact, {name}, {exists: false, id: '', digest: ''})],
        words: ['rmi', ...(args.force ? ['--force'] : []), '--', name],
      };
    }
    if (image.exists && !args.force) return undefined;
    if (!image.tool) refuse('podman is not on this machine', 'install its package before');
    if (source?.type === 'absent') refuse(`'${source.path}' does not exist`);
    const how = makingOf(args, name);
    const made = unknown(`what podman ${how.words[0] ?? ''} gives`);
    return {
      ...base,
      // What is there already may come out as the same again.
      kind: image.exists ? 'action' : 'state',
      summary: how.summary,
      makes: [promise(podmanImageFact, {name}, {exists: true, id: made, digest: made})],
      words: how.words,
      ...(how.words[0] === 'pull' && args.username !== undefined
        ? {login: {registry: name.split('/')[0] ?? '', username: args.username, password: args.password ?? ''}}
        : {}),
    };
  },
  async apply(host, {words, login, timeout}) {
    const session =
      '[ "$(id -u)" = 0 ] || [ -n "${XDG_RUNTIME_DIR-}" ] || { XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; }';
    const [verb = '', ...rest] = words;
    // The password is in a file for as long as podman runs, and never on a command line.
    const auth = login === undefined ? '' : 'f=$(mktemp) && trap \'rm -f "$f"\' EXIT && cat >"$f" || exit\n';
    const option = login === undefined ? '' : ' --authfile "$f"';
    await host.run(`${session}\n${auth}${sh`podman ${verb}${raw(option)} ${rest}`}`, {
      timeout,
      label: `podman ${verb}`,
      ...(login === undefined ? {} : {input: authOf(login)}),
    });
  },
  output: (args, {image}) => ({name: nameOf(args), id: image.id, digest: image.digest, exists: image.exists}),
};

/** The name with its tag; a digest stands for one. */
function nameOf({name, tag}: PodmanImageArgs): string {
  const hasOwn = name.includes('@') || /:[^/]*$/.test(name);
  if (tag !== undefined && hasOwn) refuse(`'${name}' has a tag or a digest already`, "leave 'tag' out");
  return hasOwn ? name : `${name}:${tag ?? 'latest'}`;
}

function makingOf(args: PodmanImageArgs, name: string): {readonly summary: string; readonly words: readonly string[]} {
  const arch = args.arch === undefined ? [] : [`--arch=${args.arch}`];
  if (args.archive !== undefined)
    return {summary: `load image ${name} from ${args.archive}`, words: ['load', '--quiet', '--input', args.archive]};
  if (args.path !== undefined)
    return {
      summary: `build image ${name} from ${args.path}`,
      words: [
        'build',
        '--quiet',
        ...arch,
        '--tag',
        name,
        ...(args.file === undefined ? [] : ['--file', args.file]),
        '--',
        args.path,
      ],
    };
  if (!args.pull) refuse(`there is no image '${name}'`, "say 'archive' or 'path', or let it be pulled");
  return {
    summary: `pull image ${name}`,
    words: [
      'pull',
      '--quiet',
      ...arch,
      ...(args.validate_certs ? [] : ['--tls-verify=false']),
      ...(args.ca_cert_dir === undefined ? [] : [`--cert-dir=${args.ca_cert_dir}`]),
      ...(args.auth_file === undefined ? [] : [`--authfile=${args.auth_file}`]),
      '--',
      name,
    ],
  };
}

function authOf({registry, username, password}: NonNullable<ImageChange['login']>): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({auths: {[registry]: {auth}}});
}
