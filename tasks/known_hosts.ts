import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf} from './facts/file/state.js';
import {knownHostsFact, type KnownHostsState} from './facts/known_hosts.js';
import {sha256} from './files/write.js';
import {hashed, isAbout, isHashed, knownHost, withoutName, type KnownHost} from './known_hosts/lines.js';
import {linesOf, textOf} from './text/pattern.js';

export interface KnownHostsArgs {
  readonly name: string;
  readonly key?: string;
  readonly path: string;
  readonly hash_host: boolean;
  readonly state: 'present' | 'absent';
}

interface KnownHostsChange extends Change {
  readonly path: string;
  readonly text: string;
}

interface WantedLine extends KnownHost {
  readonly line: string;
}

export const knownHosts: TaskModule<KnownHostsArgs, {readonly known: KnownHostsState}, KnownHostsChange> = {
  name: 'known_hosts',
  reads: ({path}) => ({known: ask(knownHostsFact, {path})}),
  plan(args, {known}) {
    const {name, state} = args;
    const wanted = linesIn(args);
    if (state === 'present' && wanted.length === 0)
      refuse("'state: present' needs a 'key'", 'a line of ssh-keyscan: the name, the type and the key');
    const text = state === 'absent' ? without(known.text, {name, wanted}) : having(known.text, args, wanted);
    if (text === known.text) return undefined;
    const {path} = known;
    const folder = parentOf(path);
    return {
      kind: 'state',
      summary: state === 'absent' ? `forget the keys of ${name} in ${path}` : `know the keys of ${name} in ${path}`,
      makes: [
        promise(knownHostsFact, {path: args.path}, {exists: true, hasFolder: true, text}),
        ...(known.hasFolder
          ? []
          : [promise(fileFact, {path: folder}, {exists: true, type: 'directory', mode: '0700'})]),
        promise(
          fileFact,
          {path},
          {
            exists: true,
            type: 'file',
            content: text,
            sha256: sha256(text),
            size: Buffer.byteLength(text),
            ...(known.exists ? {} : {mode: '0644'}),
          },
        ),
      ],
      path,
      text,
    };
  },
  async apply(host, {path, text}) {
    const folder = parentOf(path);
    await host.run(sh`[ -d ${folder} ] || mkdir -m 0700 -- ${folder}`);
    await host.put(path, text);
  },
  output: ({name}, {known}) => ({name, path: known.path}),
};

function linesIn({key, name}: KnownHostsArgs): readonly WantedLine[] {
  return (key ?? '').split('\n').flatMap((written): readonly WantedLine[] => {
    const line = written.trim();
    if (line === '' || line.startsWith('#')) return [];
    const found = knownHost(line);
    if (found === undefined)
      refuse(
        `'key' is no line of known hosts: '${line.slice(0, 40)}'`,
        'it has a name, a type and a key, as ssh-keyscan prints',
      );
    if (!isAbout(found.names, name)) refuse(`'key' is not of '${name}': it begins with '${found.names.slice(0, 60)}'`);
    return [{...found, line}];
  });
}

function without(text: string, {name, wanted}: {readonly name: string; readonly wanted: readonly KnownHost[]}): string {
  const goes = (each: KnownHost): boolean =>
    isAbout(each.names, name) &&
    (wanted.length === 0 || wanted.some((key) => key.type === each.type && key.key === each.key));
  return edited(text, (line) => {
    const each = knownHost(line);
    return each !== undefined && goes(each) ? withoutName(line, name) : line;
  });
}

function having(text: string, {name, hash_host: hash}: KnownHostsArgs, wanted: readonly WantedLine[]): string {
  const known = new Set<WantedLine>();
  const kept = edited(text, (line) => {
    const each = knownHost(line);
    if (each === undefined || !isAbout(each.names, name)) return line;
    const key = wanted.find(({type}) => type === each.type);
    if (key === undefined) return line;
    if (key.key !== each.key || known.has(key) || (hash && !isHashed(each.names))) return withoutName(line, name);
    known.add(key);
    return line;
  });
  const added = wanted.filter((each) => !known.has(each));
  const lines = added.map((each) => (hash ? `${hashed(name, each)} ${each.type} ${each.key}` : each.line));
  return lines.length === 0 ? kept : textOf([...linesOf(kept), ...lines]);
}

function edited(text: string, edit: (line: string) => string | undefined): string {
  const lines = linesOf(text);
  const after = lines.flatMap((line) => edit(line) ?? []);
  return after.length === lines.length && after.every((line, index) => line === lines[index]) ? text : textOf(after);
}
