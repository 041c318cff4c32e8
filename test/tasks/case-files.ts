import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'yaml';
import {packageRoot} from '../../engine/root.js';

/**
 * One case of a module: what stands there before, and what a plan makes of it. Planning on the state that a change promises must give nothing;
 * the test holds every case to that.
 */
export interface Case {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The facts that the plan reads, by their names. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Words of the summary; absent: nothing is to be done, unless `refused`. */
  readonly change?: string;
  readonly kind?: 'state' | 'action' | 'wait';
  /** Promised values by `kind id`; members that are not named here may be there too. */
  readonly makes?: Readonly<Record<string, unknown>>;
  /** The same is planned on the promised state too, since no fact of the host holds what it makes. */
  readonly again?: boolean;
  /** Words of the refusal. */
  readonly refused?: string;
  /** Words of the diff's lines, `what: before → after`. */
  readonly diff?: readonly string[];
  /** What `register` records, of the state before. */
  readonly output?: Readonly<Record<string, unknown>>;
}

const folder = join(packageRoot, 'test', 'tasks', 'cases');

/** The modules that have cases. */
export function modulesWithCases(): readonly string[] {
  return readdirSync(folder)
    .map((file) => file.replace(/\.yml$/, ''))
    .sort();
}

/** The cases of a module. */
export function casesOf(module: string): readonly Case[] {
  return parse(readFileSync(join(folder, `${module}.yml`), 'utf8')) as readonly Case[];
}
