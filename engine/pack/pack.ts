import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {packageRoot} from '../root.js';
import {packIntoOneFile} from './one-file.js';

// Run after the compiler: beside the compiled modules comes the program as one file, with V8's cache of it.
const modules = join(import.meta.dirname, '..');
const file = join(modules, 'program.cjs');

await packIntoOneFile(join(modules, 'cli/program.js'), file);
const {status} = spawnSync(process.execPath, [join(modules, 'pack/warm-up.js'), file], {
  cwd: packageRoot,
  stdio: 'ignore',
});
if (status !== 0) throw new Error('Internal error: the packed program cannot be used');
