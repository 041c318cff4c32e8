import {randomBytes} from 'node:crypto';
import {CommandFailed, PlaceMissing, quote, Unreachable, type ExecResult} from '../host.js';
import type {Channel} from './channel.js';

/** Whose shell is wanted on a channel that has just been opened. */
export interface EnterOptions {
  /** The machine's name, for errors. */
  readonly machine: string;
  /** Undefined stays the user who logged in. */
  readonly user: string | undefined;
  /** The user's own session: its runtime folder must be there. */
  readonly session: boolean;
  readonly password: string | undefined;
  /** Seconds. */
  readonly timeout: number;
  /** Why the channel ended, where the connection is to blame. */
  readonly broken: () => string | undefined;
}

/** The command with which a channel for `enter` is opened. */
export const shellCommand = 'exec /bin/sh';

/**
 * Makes the plain shell on a channel into one of the wanted user, in its session where that is asked; resolves with its process number.
 * Rejects with `CommandFailed` where sudo refuses, `PlaceMissing` where the user or its session is not there, else `Unreachable`.
 */
export async function enter(channel: Channel, options: EnterOptions): Promise<number> {
  const nonce = randomBytes(12).toString('hex');
  const marks = {ready: `u7s-ready-${nonce}`, prompt: `u7s-ask-${nonce}`};
  channel.stdin.write(`{ ${become(options, marks)}\n}\n`);
  return new Promise((resolve, reject) => {
    const out = {stdout: '', stderr: ''};
    let asked = 0;
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      channel.stdout.removeListener('data', onStdout);
      channel.stderr.removeListener('data', onStderr);
      settle();
    };
    const fail = (error: Error): void =>
      done(() => {
        channel.close();
        reject(error);
      });
    const timer = setTimeout(() => {
      fail(new Unreachable(options.machine, `no shell ${asRole(options)} within ${options.timeout} s`));
    }, options.timeout * 1000);
    const look = (): void => {
      const ready = new RegExp(`${marks.ready} (\\d+)\\n`).exec(out.stdout);
      if (ready !== null && out.stderr.includes(`${marks.ready}\n`)) {
        done(() => resolve(Number(ready[1])));
        return;
      }
      const prompts = out.stderr.split(marks.prompt).length - 1;
      if (prompts <= asked) return;
      asked = prompts;
      const {password} = options;
      // Only now: sent blindly it would be run as a command where sudo asks nothing.
      if (password !== undefined && asked === 1) channel.stdin.write(`${password}\n`);
      else fail(refused(options, {code: 1, stdout: '', stderr: cleaned(out.stderr, marks)}));
    };
    const onStdout = (chunk: Buffer): void => {
      out.stdout = (out.stdout + chunk.toString('latin1')).slice(-8192);
      look();
    };
    const onStderr = (chunk: Buffer): void => {
      out.stderr = (out.stderr + chunk.toString('latin1')).slice(-8192);
      look();
    };
    channel.stdout.on('data', onStdout);
    channel.stderr.on('data', onStderr);
    channel.stdin.on('error', () => undefined);
    void channel.closed.then(({code}) => {
      if (code === undefined) {
        fail(new Unreachable(options.machine, options.broken() ?? `the shell ${asRole(options)} was cut`));
      } else {
        fail(refused(options, {code, stdout: '', stderr: cleaned(out.stderr, marks)}));
      }
    });
  });
}

interface Marks {
  readonly ready: string;
  readonly prompt: string;
}

function become({user, session, password}: EnterOptions, marks: Marks): string {
  const greeting = `${session ? sessionScript : ''}printf '%s\\n' ${marks.ready} >&2
printf '%s %s\\n' ${marks.ready} $$`;
  if (user === undefined) return greeting;
  const name = quote(user);
  // Without a password sudo must not wait for one.
  const ask = password === undefined ? '-n' : `-S -p ${marks.prompt}`;
  const run = quote(`${greeting}\nexec /bin/sh`);
  return `LC_ALL=C; export LC_ALL
if [ "$(id -un 2>/dev/null)" = ${name} ] || [ "$(id -u)" = ${name} ]; then ${greeting}
elif command -v sudo >/dev/null 2>&1; then exec sudo ${ask} -H -u ${/^\d+$/.test(user) ? quote(`#${user}`) : name} -- /bin/sh -c ${run}
elif [ "$(id -u)" != 0 ]; then echo "sudo: not installed" >&2; exit 127
elif command -v runuser >/dev/null 2>&1; then exec runuser -s /bin/sh ${name} -c ${run}
else exec su -s /bin/sh ${name} -c ${run}
fi`;
}

const noSession = 'u7s: no runtime folder';
const sessionScript = `XDG_RUNTIME_DIR=/run/user/$(id -u)
[ -d "$XDG_RUNTIME_DIR" ] || { echo '${noSession}' >&2; exit 78; }
DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
export XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
`;

function asRole({user}: EnterOptions): string {
  return user === undefined ? 'of the login user' : `as "${user}"`;
}

function cleaned(stderr: string, marks: Marks): string {
  return Buffer.from(stderr.replaceAll(marks.prompt, '').replaceAll(`${marks.ready}\n`, ''), 'latin1')
    .toString('utf8')
    .trim();
}

function refused(options: EnterOptions, result: ExecResult): CommandFailed {
  const {user} = options;
  const {stderr} = result;
  const command = user === undefined ? '/bin/sh' : `becoming "${user}"`;
  if (stderr.includes(noSession)) {
    const who = user ?? 'the login user';
    const missing = new PlaceMissing(
      `entering the session of "${who}"`,
      {...result, stderr: ''},
      `no manager of "${who}" runs: loginctl enable-linger ${user === undefined ? '' : quote(user)}`.trimEnd(),
    );
    missing.message = `the session of "${who}" is not there: it has no folder in /run/user`;
    return missing;
  }
  if (/unknown user|does not exist|no passwd entry|invalid user/i.test(stderr)) {
    const missing = new PlaceMissing(command, result, 'create the user first');
    missing.message = `there is no user "${user ?? ''}" on the machine`;
    return missing;
  }
  return new CommandFailed(command, result, hintOf(options, stderr));
}

function hintOf({user, password}: EnterOptions, stderr: string): string | undefined {
  if (/you must have a tty/i.test(stderr)) {
    return 'sudoers has requiretty: add "Defaults:LOGIN !requiretty" for the login user';
  }
  if (/not in the sudoers|not allowed to (execute|run)/i.test(stderr)) {
    return `the login user may not become "${user ?? ''}": give it a line in sudoers`;
  }
  if (/sudo: not installed/.test(stderr)) return 'install sudo, or log in as root';
  if (/password is required|terminal is required/i.test(stderr) || (password === undefined && stderr === '')) {
    return 'sudo asks for a password: give ansible_become_password, or a NOPASSWD line in sudoers';
  }
  return password === undefined ? undefined : 'the password given for sudo is wrong';
}
