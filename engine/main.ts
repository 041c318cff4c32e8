#!/usr/bin/env node
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {loadPacked} from './cli/packed.js';

const packed = fileURLToPath(new URL('program.cjs', import.meta.url));

// Loading hundreds of modules takes longer than what most commands do: a build packs them into one file.
const {exitWith, main} = existsSync(packed) ? loadPacked(packed).program : await import('./cli/program.js');

void exitWith(() => main(process.argv.slice(2)));
