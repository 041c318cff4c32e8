import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type Promised, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {sha256} from './files/write.js';

export interface TimezoneArgs {
  readonly name: string;
}

interface Facts {
  readonly localtime: FileState;
  readonly written: FileState;
  readonly zone: FileState;
}

interface TimezoneChange extends Change {
  readonly target?: string;
  readonly text?: string;
}

const zones = '/usr/share/zoneinfo';
const link = '/etc/localtime';
const note = '/etc/timezone';

export const timezone: TaskModule<TimezoneArgs, Facts, TimezoneChange> = {
  name: 'timezone',
  reads: ({name}) => ({
    localtime: ask(fileFact, {path: link, digest: false}),
    written: ask(fileFact, {path: note, content: true}),
    zone: ask(fileFact, {path: `${zones}/${name}`, digest: false}),
  }),
  plan({name}, {localtime, written, zone}) {
    const target = `${zones}/${name}`;
    const isLinked = localtime.type === 'link' && zoneOf(localtime.target ?? '') === name;
    // Debian notes the name there too; where there is no such file, nothing reads it.
    const isNoted = written.type !== 'file' || written.content?.trim() === name;
    if (isLinked && isNoted) return undefined;
    if (!zone.exists || zone.type === 'directory')
      refuse(
        `there is no time zone '${name}' on this machine`,
        'install the package tzdata before, or look at its name',
      );
    const text = `${name}\n`;
    const makes: Promised[] = [
      ...(isLinked ? [] : [promise(fileFact, {path: link}, {exists: true, type: 'link', target})]),
      ...(isNoted ? [] : [promise(fileFact, {path: note}, {content: text, sha256: sha256(text), size: text.length})]),
    ];
    return {
      kind: 'state',
      summary: `time zone ${(localtime.type === 'link' ? zoneOf(localtime.target ?? '') : undefined) ?? 'unset'} → ${name}`,
      makes,
      ...(isLinked ? {} : {target}),
      ...(isNoted ? {} : {text}),
    };
  },
  async apply(host, {target, text}) {
    if (target !== undefined)
      await host.run(sh`ln -sfn -- ${target} ${`${link}.u7s`} && mv -f -- ${`${link}.u7s`} ${link}`, {
        label: 'setting of the time zone',
      });
    if (text !== undefined) await host.put(note, text);
  },
  output: ({name}, {localtime}) => ({
    name: localtime.type === 'link' ? (zoneOf(localtime.target ?? '') ?? name) : name,
  }),
};

/** The zone that a link to it names, relative or not. */
function zoneOf(target: string): string | undefined {
  return /\/zoneinfo\/(.+)$/.exec(target)?.[1];
}
