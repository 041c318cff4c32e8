import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname} from 'node:path';
import {constants, Script} from 'node:vm';

/** The program, as one file or as its modules. */
export type Program = typeof import('./program.js');

/** Where V8 keeps what it compiled of a packed program; one of another release of Node is of no use and does no harm. */
export function cacheOf(file: string): string {
  return `${file}.${process.version}-${process.arch}`;
}

/** Loads the program from the one file that it was packed into, compiled already where its cache is there. */
export function loadPacked(file: string): {readonly program: Program; readonly script: Script} {
  const cachedData = readIfThere(cacheOf(file));
  const script = new Script(wrapped(readFileSync(file, 'latin1')), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData ? {cachedData} : {}),
  });
  const module = {exports: {}};
  const run = script.runInThisContext() as (...scope: readonly unknown[]) => void;
  run(module.exports, createRequire(file), module, file, dirname(file));
  return {program: module.exports as Program, script};
}

/** On the first line, so that the numbers of lines stay those of the file. */
function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
