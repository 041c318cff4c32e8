import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from '../engine/root.js';

/** A file of the repository's own sources: its path from the root, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import: what is named between the quotes, and whether it is of types only. */
export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** All TypeScript files below the folders, by path. */
export function sourcesOf(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => join(folder, name))
      .map((path) => ({path, text: readFileSync(join(packageRoot, path), 'utf8')})),
  );
}

/** The imports of a file, dynamic ones and re-exports among them. */
export function importsOf(source: Source): readonly Import[] {
  const fixed = [...source.text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'/gm)].map(
    ([, type, from = '']) => ({
      from,
      typeOnly: type !== undefined,
    }),
  );
  const bare = [...source.text.matchAll(/^import\s+'([^']+)'/gm)].map(([, from = '']) => ({from, typeOnly: false}));
  const dynamic = [...source.text.matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, from = '']) => ({
    from,
    typeOnly: false,
  }));
  return [...fixed, ...bare, ...dynamic];
}
