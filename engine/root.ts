import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`Internal error: no package.json above ${start}`);
  }
}

/** The folder of this package: where `schemas/` and `playbooks/` lie, wherever the compiled files are. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));
