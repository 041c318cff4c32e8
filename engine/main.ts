#!/usr/bin/env node
import {exitWith} from './cli/exit.js';

// What is imported takes longer than what is done: the command line is loaded when it is needed.
void import('./cli.js').then(({main}) => exitWith(() => main(process.argv.slice(2))));
