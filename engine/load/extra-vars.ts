import {resolve} from 'node:path';
import type {DictEntry, Term} from '../language/term.js';
import type {Span} from '../span.js';
import type {Files} from './files.js';
import {makeFileLayer} from './layer.js';
import {stringTerm} from './plain.js';
import {rank, type VarLayer} from './project.js';
import type {Report} from './report.js';
import {parseYaml} from './yaml.js';

/** Reads `-e`: `key=value` words with Ansible's quoting (values are text), YAML or JSON that begins with `{`, or `@file`; a later one wins. */
export function loadExtraVars(
  sources: readonly string[],
  {files, report}: {readonly files: Files; readonly report: Report},
): VarLayer {
  const entries = new Map<string, Term>();
  for (const source of sources) {
    const term = readSource(source, files, report);
    const layer = makeFileLayer(term, {rank: rank.extraVars, origin: '-e', report});
    for (const [name, value] of layer.entries) entries.set(name, value);
  }
  return {rank: rank.extraVars, origin: '-e', entries};
}

function readSource(source: string, files: Files, report: Report): Term | undefined {
  if (source.startsWith('@'))
    return files.read(resolve(files.cwd, source.slice(1)), {
      at: spanAt(source, 0, source.length),
      what: 'variables of -e:',
    });
  if (/^\s*[{[]/.test(source)) return parseYaml('-e', source, {report});
  return readWords(source, report);
}

/** Splits `a=1 b="two words" c='x'`: quotes join words and are taken off, a backslash keeps the next character inside of double quotes. */
function readWords(source: string, report: Report): Term {
  const entries: DictEntry[] = [];
  for (const match of source.matchAll(/(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*'|["'])+/g)) {
    const [word] = match;
    const equals = word.indexOf('=');
    const at = spanAt(source, match.index, word.length);
    if (equals <= 0) {
      report.error(at, `"${word}" in -e is no variable`, 'write "name=value", YAML in braces, or "@file"');
      continue;
    }
    const valueAt = spanAt(source, match.index + equals + 1, word.length - equals - 1);
    entries.push({
      key: word.slice(0, equals),
      keyAt: spanAt(source, match.index, equals),
      value: stringTerm(unquote(word.slice(equals + 1)), valueAt),
    });
  }
  return {kind: 'dict', at: spanAt(source, 0, source.length), entries};
}

function unquote(word: string): string {
  return word.replaceAll(
    /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
    (_, double?: string, single?: string) => single ?? (double ?? '').replaceAll(/\\(["\\])/g, '$1'),
  );
}

function spanAt(source: string, from: number, length: number): Span {
  const before = source.slice(0, from).split('\n');
  return {file: '-e', line: before.length, column: (before.at(-1)?.length ?? 0) + 1, length: Math.max(1, length)};
}
