import {spawnSync} from 'node:child_process';
import {renameSync} from 'node:fs';
import {join} from 'node:path';
import {cacheOf} from '../cli/packed.js';
import {packageRoot} from '../root.js';
import {packIntoOneFile} from './one-file.js';

// Run after the compiler: beside the compiled modules comes the program as one file, with V8's cache of it.
const modules = join(import.meta.dirname, '..');
const file = join(modules, 'program.cjs');
const making = join(modules, `program-${process.pid}.cjs`);

await packIntoOneFile(join(modules, 'cli/program.js'), making);
const words = [join(modules, 'pack/warm-up.js'), making];
const {status} = spawnSync(process.execPath, words, {cwd: packageRoot, stdio: 'ignore'});
if (status !== 0) throw new Error('Internal error: the packed program cannot be used');
// Whoever runs the program meanwhile finds all of it or nothing.
renameSync(cacheOf(making), cacheOf(file));
renameSync(making, file);
