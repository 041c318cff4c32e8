import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'yaml';
import {packageRoot} from '../../engine/root.js';

/** Small files that cannot be used, or only with a warning, and all that is told of them. */
export interface Example {
  /** By their names; the folder in which they lie is called `FOLDER`. `site.yml` and `hosts.yml` are what is loaded, and there is a `hosts.yml` with the host h1 where none is given. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files that are written in Latin-1. */
  readonly latin1?: readonly string[];
  /** Files that may be executed. */
  readonly programs?: readonly string[];
  /** What the command line says. */
  readonly options?: ExampleOptions;
  /** Typed into a shell in that folder, instead of loading `site.yml`; what `u7s-play` says on standard error is told. */
  readonly script?: string;
  /** Each as `file:line:column message; hint`, and its trail below it, indented. Of a script, `…` is anything. */
  readonly told: readonly string[];
}

export interface ExampleOptions {
  readonly playbooks?: readonly string[];
  readonly inventories?: readonly string[];
  readonly programSeconds?: number;
  readonly extraVars?: readonly string[];
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAtTask?: string;
  /** As `--vault-id`; absent: nothing can be decrypted. */
  readonly vaultIds?: readonly string[];
}

const folder = join(packageRoot, 'test', 'diagnostics', 'listing');

/** The files of the listing, by name. */
export function listing(): ReadonlyMap<string, readonly Example[]> {
  const read = (name: string): readonly Example[] =>
    parse(readFileSync(join(folder, name), 'utf8')) as readonly Example[];
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, read(name)]),
  );
}
