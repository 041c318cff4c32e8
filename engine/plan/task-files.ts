import {createHash} from 'node:crypto';
import {readFileSync, statSync} from 'node:fs';
import {knownLocalDigest} from '../local-digest.js';
import {onDisk} from '../run/sealed-files.js';
import type {PlacedTurn} from '../run/turn.js';
import type {LocalCommand, LocalSource, RenderedTemplate} from '../task.js';

/** The files of the controller that a node's arguments name (`x-local` in its module's schema), by absolute path: what it sends, and its templates. */
export function taskFiles(turn: PlacedTurn, args: unknown): readonly string[] {
  const properties = turn.run.schemaOf(turn.task.module)?.['properties'] as
    Readonly<Record<string, {readonly 'x-local'?: string}>> | undefined;
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const value = (args as Readonly<Record<string, unknown>>)[name];
    if (typeof value !== 'object' || value === null) return [];
    switch (property['x-local']) {
      case 'file':
        return filesOf(value as LocalSource);
      case 'command':
        return filesOf((value as LocalCommand).source);
      case 'template':
        return [(value as RenderedTemplate).path];
      default:
        return [];
    }
  });
}

function filesOf(source: LocalSource): readonly string[] {
  const whole = onDisk(source.path);
  if (source.type === 'file') return [whole];
  return source.entries.flatMap(({path, type}) => (type === 'file' ? [`${whole}/${path}`] : []));
}

/** Larger files are known by their size and time, for reading them takes long. */
const largestRead = 1024 * 1024;

/** What is another when a file's bytes are; undefined where it cannot be read. */
export function stampOf(path: string): string | undefined {
  try {
    const status = statSync(path);
    const {size, mtimeMs} = status;
    if (size > largestRead) return `${size} ${mtimeMs}`;
    const known = knownLocalDigest(path, status);
    if (known !== undefined) return known;
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
