import {basename, dirname, join} from 'node:path';
import SSHConfig from 'ssh-config';

/** How the files of the controller are read; given from outside so that tests need none. */
export interface Files {
  /** A file's text; undefined when it cannot be read. */
  read(path: string): string | undefined;
  /** The names in a folder; empty when it cannot be read. */
  list(folder: string): readonly string[];
  exists(path: string): boolean;
}

/** The directives that hold for one machine, names in lower case, each with all its values. */
export type Directives = ReadonlyMap<string, readonly string[]>;

/** Expands `~` to the home folder. */
export function expandTilde(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path;
}

/** What an OpenSSH client configuration says of a machine, as it is named on a command line. */
export function readSshConfig(
  path: string,
  machine: {readonly host: string; readonly user: string | undefined; readonly home: string; readonly files: Files},
): Directives {
  const text = withIncludes(path, {home: machine.home, files: machine.files, depth: 0});
  const asked = machine.user === undefined ? {Host: machine.host} : {Host: machine.host, User: machine.user};
  const computed = SSHConfig.parse(text).compute(asked, {ignoreCase: true});
  return new Map(
    Object.entries(computed).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value : [value]]),
  );
}

function withIncludes(
  path: string,
  context: {readonly home: string; readonly files: Files; readonly depth: number},
): string {
  const {home, files, depth} = context;
  const text = files.read(path);
  if (text === undefined || depth > 8) return '';
  return text.replace(/^[ \t]*Include[ \t=]+(.+)$/gim, (_line, words: string) =>
    splitWords(words)
      .flatMap((word) => filesLike(join(dirname(path), expandTilde(word, home)), word, context))
      .map((file) => withIncludes(file, {home, files, depth: depth + 1}))
      .join('\n'),
  );
}

function filesLike(
  relative: string,
  word: string,
  {home, files}: {readonly home: string; readonly files: Files},
): readonly string[] {
  const expanded = expandTilde(word, home);
  const pattern = expanded.startsWith('/') ? expanded : relative;
  if (!/[*?]/.test(basename(pattern))) return [pattern];
  const source = basename(pattern)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const folder = dirname(pattern);
  return files
    .list(folder)
    .filter((name) => new RegExp(`^${source}$`).test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Splits a line into words as a shell would, quotes taken off. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, double, single, bare] of line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+)/g)) {
    words.push(double ?? single ?? bare ?? '');
  }
  return words;
}
