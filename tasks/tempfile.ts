import {randomBytes} from 'node:crypto';
import {raw, sh} from '../engine/host.js';
import {refuse, type Change, type TaskModule} from '../engine/task.js';

export interface TempfileArgs {
  readonly state: 'file' | 'directory';
  readonly path?: string;
  readonly prefix: string;
  readonly suffix: string;
}

interface TempfileChange extends Change {
  readonly isFolder: boolean;
  readonly folder?: string;
  readonly prefix: string;
  readonly suffix: string;
}

export const tempfile: TaskModule<TempfileArgs, object, TempfileChange> = {
  name: 'tempfile',
  reads: () => ({}),
  plan({state, path, prefix, suffix}) {
    if (/[/\0]/.test(prefix + suffix)) refuse("'prefix' and 'suffix' are parts of a name: they hold no slash");
    return {
      kind: 'action',
      summary: `make a temporary ${state === 'directory' ? 'folder' : 'file'}${path === undefined ? '' : ` in ${path}`}`,
      makes: [],
      // Nobody can have asked for a name that was not there.
      unsettles: [],
      isFolder: state === 'directory',
      ...(path === undefined ? {} : {folder: path}),
      prefix,
      suffix,
    };
  },
  async apply(host, {isFolder, folder, prefix, suffix}) {
    const name = `${prefix}${randomBytes(6).toString('hex')}${suffix}`;
    const place = folder === undefined ? raw('"${TMPDIR:-/tmp}"') : folder;
    const make = isFolder ? 'mkdir -- "$p"' : 'set -C && : >"$p"';
    const {stdout} = await host.run(sh`umask 077; d=${place}; p=\${d%/}/${name}; ${raw(make)} && printf '%s.' "$p"`, {
      label: 'making of a temporary name',
    });
    return {path: stdout.slice(0, -1), state: isFolder ? 'directory' : 'file'};
  },
};
