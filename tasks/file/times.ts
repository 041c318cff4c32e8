import {sh} from '../../engine/host.js';
import {ask, refuse, type FactRequest} from '../../engine/task.js';
import type {FileState} from '../facts/file/state.js';
import {momentFact, type MomentState} from '../facts/moment.js';

/** The arguments that are about a file's times. */
export interface TimeArgs {
  readonly state: string;
  readonly modification_time?: string;
  readonly access_time?: string;
  readonly modification_time_format: string;
  readonly access_time_format: string;
}

/** Seconds since 1970 that a file's times shall be; a time that is left alone is not here. */
export type WantedTimes = Readonly<Partial<Record<'mtime' | 'atime', number>>>;

/** The questions about the times that are given: the moments that they are on the machine, the last change first. */
export function timeReads(args: TimeArgs): readonly FactRequest<MomentState>[] {
  return writtenTimes(args).flatMap(({moment}) => (moment === undefined ? [] : [ask(momentFact, {text: moment})]));
}

/** Whether times are given, so that those of the file count. */
export function setsTimes(args: TimeArgs): boolean {
  return writtenTimes(args).length > 0;
}

/** The times that a file shall have, by the moments that were asked for. */
export function wantedTimes(args: TimeArgs, moments: readonly MomentState[]): WantedTimes {
  const written = writtenTimes(args);
  const wrong = written.find(({moment}) => moment === undefined);
  if (wrong !== undefined)
    refuse(
      `'${wrong.text}' is not written as '${wrong.format}' says`,
      `of strftime's letters %${Object.keys(letters).join(' %')} are known`,
    );
  const entries = written.map(({name, text}, index): readonly [string, number] => {
    const seconds = moments[index]?.seconds;
    if (seconds === undefined) refuse(`'${text}' is no time on this machine`);
    return [name, seconds];
  });
  return Object.fromEntries(entries);
}

/** Those of the times that the file has not. */
export function otherTimes(wanted: WantedTimes, state: FileState): WantedTimes {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, seconds]) => state[name as keyof WantedTimes] !== seconds),
  );
}

/** The words of a summary: `mtime 1924991970`. */
export function timeWords(times: WantedTimes): string {
  return Object.entries(times)
    .map(([name, seconds]) => `${name} ${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`)
    .join(', ');
}

/** A command that sets times. */
export function timeScript(times: WantedTimes, path: string): string {
  return Object.entries(times)
    .map(([name, seconds]) => sh`touch -c ${name === 'mtime' ? '-m' : '-a'} -d ${`@${seconds}`} -- ${path}`)
    .join(' && ');
}

interface Written {
  readonly name: 'mtime' | 'atime';
  readonly text: string;
  readonly format: string;
  /** As `date -d` takes it; undefined where the text is not written as the format says. */
  readonly moment: string | undefined;
}

function writtenTimes(args: TimeArgs): readonly Written[] {
  const both = [
    {name: 'mtime', text: args.modification_time, format: args.modification_time_format},
    {name: 'atime', text: args.access_time, format: args.access_time_format},
  ] as const;
  return both.flatMap(({name, text, format}) =>
    text === undefined || text === 'now' || text === 'preserve'
      ? []
      : [{name, text, format, moment: readTime(text, format)}],
  );
}

const letters = {Y: '\\d{4}', y: '\\d{2}', m: '\\d{1,2}', d: '\\d{1,2}', H: '\\d{1,2}', M: '\\d{1,2}', S: '\\d{1,2}'};

function readTime(text: string, format: string): string | undefined {
  const asked: string[] = [];
  const source = format.replace(/%([^])|[.*+?^${}()|[\]\\]/g, (found, letter: string | undefined) => {
    if (letter === undefined) return `\\${found}`;
    asked.push(letter);
    return `(${(letters as Readonly<Record<string, string>>)[letter] ?? '(?!)'})`;
  });
  const match = new RegExp(`^${source}$`).exec(text.trim());
  if (match === null) return undefined;
  const found = new Map(asked.map((letter, index) => [letter, match[index + 1] ?? '']));
  const two = (letter: string, otherwise: string): string => (found.get(letter) ?? otherwise).padStart(2, '0');
  const short = found.get('y');
  const year = found.get('Y') ?? (short === undefined ? '1900' : `${Number(short) < 69 ? '20' : '19'}${short}`);
  return `${year}-${two('m', '01')}-${two('d', '01')} ${two('H', '00')}:${two('M', '00')}:${two('S', '00')}`;
}
