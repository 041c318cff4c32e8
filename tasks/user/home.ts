import {sh} from '../../engine/host.js';
import {isUnknown, promise, promiseUnder, unknown, type Promised, type Unknown} from '../../engine/task.js';
import {fileFact} from '../facts/file.js';
import {canonicalPath, type FileState} from '../facts/file/state.js';
import type {UserState} from '../facts/user.js';
import type {UserWish} from './script.js';

interface HomeArgs {
  readonly name: string;
  readonly group?: string;
  readonly create_home: boolean;
  readonly skeleton?: string;
}

interface Before {
  readonly user: UserState;
  readonly home: FileState;
}

/** What is promised of a new home: that it is its user's, and that what is in the skeleton comes into it. */
export function homeMakes(
  {name, skeleton}: HomeArgs,
  {home, group, before}: {readonly home: string; readonly group: string | Unknown | undefined; readonly before: Before},
): readonly Promised[] {
  const cause = unknown(`the making of the home of ${name}`);
  const owner = {owner: name, mode: cause, group: isUnknown(group) || group === undefined ? cause : group};
  return [
    ...(skeleton === undefined ? [] : [promiseUnder(fileFact, home, unknown(`what is in ${skeleton}`))]),
    promise(fileFact, {path: home}, {exists: true, type: 'directory', ...owner}),
    ...(skeleton === undefined ? before.user.skeleton : []).map((entry) =>
      promise(
        fileFact,
        {path: `${home}/${entry}`},
        {exists: cause, type: cause, mode: cause, owner: cause, group: cause, sha256: cause},
      ),
    ),
  ];
}

/** Plans the home of a user who is there and has none; undefined where there is one, or nobody knows whether. */
export function planHome(
  args: HomeArgs,
  before: Before,
  wish: UserWish,
): {readonly script: string; readonly makes: readonly Promised[]} | undefined {
  const {user, home} = before;
  const path = wish.home ?? user.home;
  if (!args.create_home || wish.moveHome === true || path === undefined) return undefined;
  // Another home than the usual one was not asked about: it has to be named.
  if (canonicalPath(path) !== home.path || home.exists) return undefined;
  return {
    script: homeScript(args, path),
    makes: homeMakes(args, {home: path, group: wish.group ?? user.group, before}),
  };
}

/** As useradd makes a home: from the skeleton, of the mode that login.defs says. */
function homeScript({name, skeleton = '/etc/skel'}: HomeArgs, path: string): string {
  return sh`mkdir -p -- ${path} && { [ ! -d ${skeleton} ] || cp -R -- ${skeleton}/. ${path}/; } && m=$(sed -n 's/^HOME_MODE[[:space:]]*//p' /etc/login.defs 2>/dev/null) && { [ -n "$m" ] || { u=$(sed -n 's/^UMASK[[:space:]]*//p' /etc/login.defs 2>/dev/null); m=$(printf %o $((0777 & ~0\${u:-22}))); }; } && chmod "$m" ${path} && chown -R -h -- ${name}: ${path}`;
}
