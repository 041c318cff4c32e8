import {execFileSync, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {copyFile, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {CommandFailed, sh, type ExecOptions, type ExecResult, type Host} from '../../engine/host.js';

/** A shell of this machine: its command line, and where it looks for programs. */
export interface Shell {
  readonly name: string;
  readonly words: readonly string[];
  readonly path: string;
}

/** The shell that every machine has. */
export const plainShell: Shell = {name: 'sh', words: ['/bin/sh'], path: process.env['PATH'] ?? '/usr/bin:/bin'};

/** The shell and tools of busybox alone, in a folder; undefined where busybox is not installed. */
export function busyboxShell(folder: string): Shell | undefined {
  const busybox = (process.env['PATH'] ?? '')
    .split(':')
    .map((place) => join(place, 'busybox'))
    .find((place) => existsSync(place));
  if (busybox === undefined) return undefined;
  execFileSync(busybox, ['--install', '-s', folder]);
  return {name: 'busybox', words: [busybox, 'sh'], path: folder};
}

/** Runs a script by a shell of this machine. */
export function execLocally(shell: Shell, script: string, options: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const [program = '/bin/sh', ...words] = shell.words;
    const environment = {PATH: shell.path, HOME: '/nonexistent', LC_ALL: 'C', ...options.environment};
    const child = spawn(program, [...words, '-c', script], {env: environment, stdio: ['pipe', 'pipe', 'pipe']});
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({code: code ?? 137, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString()});
    });
  });
}

/** This machine as a host, without any engine: for tests of what modules and fact kinds do for real. */
export function createLocalHost(shell: Shell = plainShell): Host {
  const exec: Host['exec'] = (script, options) => execLocally(shell, script, options);
  const run: Host['run'] = async (script, options) => {
    const result = await exec(script, options);
    if (result.code !== 0) throw new CommandFailed(options?.label ?? script.split('\n')[0] ?? '', result);
    return result;
  };
  const put: Host['put'] = async (path, content, options = {}) => {
    const beside = `${path.slice(0, path.lastIndexOf('/') + 1)}.put-${process.pid}`;
    const target = options.unsafeWrites === true ? path : beside;
    if (typeof content === 'object' && 'local' in content) await copyFile(content.local, target);
    else await writeFile(target, content);
    const steps = [
      options.mode === undefined
        ? sh`[ ! -e ${path} ] && chmod 0644 ${target} || chmod "$(stat -c %a -- ${path})" ${target}`
        : sh`chmod ${options.mode} ${target}`,
      options.owner === undefined ? '' : sh`chown ${options.owner} ${target}`,
      options.group === undefined ? '' : sh`chgrp ${options.group} ${target}`,
      options.mtime === undefined ? '' : sh`touch -d ${`@${options.mtime}`} ${target}`,
      target === path ? '' : sh`mv -f ${target} ${path}`,
    ].filter((step) => step !== '');
    await run(steps.join(' && '));
  };
  return {
    name: 'local',
    exec,
    run,
    async until(script, {timeout, every = 1}) {
      const end = Date.now() + timeout * 1000;
      for (;;) {
        const result = await exec(script);
        if (result.code === 0) return result;
        if (Date.now() >= end) throw new CommandFailed(script.split('\n')[0] ?? '', result);
        await new Promise((resolve) => setTimeout(resolve, every * 1000));
      }
    },
    put,
    async putAll(files) {
      for (const {path, content, options} of files) await put(path, content, options);
    },
    fetch: (path) => readFile(path),
  };
}
