import {raw, sh} from '../engine/host.js';
import {ask, consult, promise, promiseUnder, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {canonicalPath, parentOf, type FileState} from './facts/file/state.js';
import {gitFact, gitWords, type GitKey, type GitState} from './facts/git.js';
import {demandFolder} from './files/placement.js';

export interface GitArgs {
  readonly repo: string;
  readonly dest: string;
  readonly version: string;
  readonly remote: string;
  readonly update: boolean;
  readonly clone: boolean;
  readonly force: boolean;
  readonly bare: boolean;
  readonly depth?: number;
  readonly single_branch: boolean;
  readonly recursive: boolean;
  readonly key_file?: string;
  readonly ssh_opts?: string;
  readonly accept_hostkey: boolean;
  readonly accept_newhostkey: boolean;
  readonly executable: string;
}

interface Facts {
  readonly git: GitState;
  readonly parent: FileState;
}

interface GitChange extends Change {
  readonly key: GitKey;
  readonly step: 'clone' | 'update';
  readonly wanted: string;
  readonly branch?: string;
  readonly before?: string;
  readonly depth?: number;
  readonly single: boolean;
  readonly submodules: boolean;
  readonly setUrl: boolean;
}

function keyOf(args: GitArgs): GitKey {
  const ssh = [
    'ssh -o BatchMode=yes',
    ...(args.key_file === undefined ? [] : [sh`-i ${args.key_file} -o IdentitiesOnly=yes`]),
    ...(args.accept_hostkey ? ['-o StrictHostKeyChecking=no'] : []),
    ...(args.accept_newhostkey ? ['-o StrictHostKeyChecking=accept-new'] : []),
    ...(args.ssh_opts === undefined ? [] : [args.ssh_opts]),
  ].join(' ');
  return {
    dest: canonicalPath(args.dest),
    repo: args.repo,
    version: args.version,
    remote: args.remote,
    ask: args.update || args.clone,
    bare: args.bare,
    environment: {GIT_SSH_COMMAND: ssh},
    executable: args.executable,
  };
}

export const git: TaskModule<GitArgs, Facts, GitChange> = {
  name: 'git',
  reads: (args) => ({
    git: ask(gitFact, keyOf(args)),
    parent: consult(fileFact, {path: parentOf(args.dest), digest: false}),
  }),
  plan(args, {git: state, parent}) {
    const key = keyOf(args);
    const {dest} = key;
    if (!state.installed) refuse('git is not on this machine', 'install the package git before');
    if (state.there === 'other')
      refuse(`'${dest}' is there and is no clone`, 'name another place, or remove it before');
    const isThere = state.there === 'clone';
    if (!isThere && !args.clone) return undefined;
    if (isThere && !args.update && state.head !== undefined && args.version === 'HEAD') return undefined;
    if (state.wanted === undefined) {
      if (state.error !== undefined) refuse(`${args.repo} cannot be read: ${state.error}`);
      refuse(`${args.repo} has no branch, tag or commit '${args.version}'`);
    }
    const {wanted, wantedBranch: branch} = state;
    const setUrl = isThere && state.url !== args.repo;
    const sameBranch = branch === undefined || args.bare || state.branch === branch;
    const isAt = isThere && state.head === wanted && sameBranch;
    if (isAt && !setUrl && !(args.force && state.modified)) return undefined;
    if (isThere && state.modified && !args.force)
      refuse(
        `files in '${dest}' are changed and not committed`,
        "say 'force: true' to throw the changes away, or commit them",
      );
    if (!isThere) demandFolder(parent, dest);
    const short = (commit: string | undefined): string => commit?.slice(0, 12) ?? 'nothing';
    return {
      kind: 'state',
      summary: isThere
        ? `${dest}: ${state.head === wanted ? `have ${args.version}` : `${short(state.head)} → ${short(wanted)}`}`
        : `clone ${args.repo} to ${dest} at ${short(wanted)}`,
      makes: [
        // What the working tree holds only git knows.
        promiseUnder(fileFact, dest, unknown(`what ${args.repo} holds`)),
        promise(fileFact, {path: dest}, {exists: true, type: 'directory', ...(isThere ? {} : {mode: unknown('git')})}),
        promise(gitFact, key, {
          installed: true,
          there: 'clone',
          head: wanted,
          url: args.repo,
          modified: false,
          wanted,
          ...(branch === undefined ? {} : {branch, wantedBranch: branch}),
        }),
      ],
      key,
      step: isThere ? 'update' : 'clone',
      wanted,
      ...(branch === undefined ? {} : {branch}),
      ...(state.head === undefined ? {} : {before: state.head}),
      ...(args.depth === undefined ? {} : {depth: args.depth}),
      single: args.single_branch || args.depth !== undefined,
      submodules: args.recursive && !args.bare,
      setUrl,
    };
  },
  async apply(host, change) {
    await host.run(change.step === 'clone' ? cloneScript(change) : updateScript(change), {
      timeout: 1800,
      label: `git of ${change.key.repo}`,
    });
    return {before: change.before ?? null, after: change.wanted, remote_url_changed: change.setUrl};
  },
  output: (_, {git: {head}}) => ({before: head ?? null, after: head ?? null, remote_url_changed: false}),
};

/** Clones beside the place and moves the whole there, so that a clone is never half there. */
function cloneScript({key, wanted, branch, depth, single, submodules}: GitChange): string {
  const {repo, dest, remote, bare} = key;
  const words = [
    ...(bare ? ['--bare'] : ['--no-checkout', '--origin', remote]),
    ...(depth === undefined ? [] : ['--depth', depth]),
    ...(single && branch !== undefined ? ['--single-branch', '--branch', branch] : []),
  ];
  const t = `${dest}.u7s-clone`;
  const checkout = bare ? ':' : fetchAndCheck({key, wanted, branch, depth}, t);
  const config = bare ? sh`git --git-dir ${t} config ${`remote.${remote}.url`} ${repo}` : ':';
  return sh`${raw(alias(key))}
rm -rf -- ${t}; trap ${sh`rm -rf -- ${t}`} EXIT
git clone -q ${words} -- ${repo} ${t} && ${raw(config)} && ${raw(checkout)} &&
{ [ ! -d ${dest} ] || rmdir -- ${dest}; } && mv -- ${t} ${dest} && ${raw(submodules ? modules(dest) : ':')}`;
}

function updateScript({key, wanted, branch, depth, submodules, setUrl}: GitChange): string {
  const {dest, repo, remote, bare} = key;
  const url = setUrl ? sh`git ${raw(at(key, dest))} config ${`remote.${remote}.url`} ${repo} &&\n` : '';
  if (bare) {
    return sh`${raw(alias(key))}
${raw(url)}git ${raw(at(key, dest))} fetch -q --tags --force -- ${repo} ${'+refs/heads/*:refs/heads/*'}`;
  }
  return sh`${raw(alias(key))}
${raw(url)}${raw(fetchAndCheck({key, wanted, branch, depth}, dest))} && ${raw(submodules ? modules(dest) : ':')}`;
}

function alias(key: GitKey): string {
  return `git() { env ${gitWords(key)} "$@"; }`;
}

function at({bare}: GitKey, dest: string): string {
  return bare ? sh`--git-dir ${dest}` : sh`-C ${dest}`;
}

/** Fetches the commit where it is not here, and checks it out: on its branch, or without one. */
function fetchAndCheck(
  {
    key,
    wanted,
    branch,
    depth,
  }: {
    readonly key: GitKey;
    readonly wanted: string;
    readonly branch: string | undefined;
    readonly depth: number | undefined;
  },
  place: string,
): string {
  const {remote, version} = key;
  const depthWords = depth === undefined ? [] : ['--depth', depth];
  const whole = sh`git -C ${place} fetch -q --tags --force ${depthWords} -- ${remote}`;
  const one = sh`git -C ${place} fetch -q --force ${depthWords} -- ${remote} ${branch === undefined ? version : `+refs/heads/${branch}:refs/remotes/${remote}/${branch}`}`;
  const has = sh`git -C ${place} cat-file -e ${`${wanted}^{commit}`} 2>/dev/null`;
  const go =
    branch === undefined
      ? sh`git -C ${place} checkout -q --force --detach ${wanted} --`
      : sh`git -C ${place} checkout -q --force -B ${branch} ${wanted} -- && { git -C ${place} branch -q --set-upstream-to=${`${remote}/${branch}`} -- ${branch} >/dev/null 2>&1 || :; }`;
  const reset = sh`git -C ${place} reset -q --hard ${wanted} --`;
  return `{ ${has} || ${whole}; ${has} || ${one}; ${has}; } && ${go} && ${reset}`;
}

function modules(dest: string): string {
  return sh`{ [ ! -e ${`${dest}/.gitmodules`} ] || git -C ${dest} submodule -q update --init --recursive; }`;
}
