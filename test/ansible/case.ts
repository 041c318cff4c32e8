import {readdirSync, readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {parse} from 'yaml';
import {packageRoot} from '../../engine/root.js';

/** A task in the words that Ansible and we have in common. */
export type TaskText = Readonly<Record<string, unknown>>;

/** One thing tried on both twins: a state made by sh, tasks, and what is looked at afterwards beside the case's own folder. */
export interface Case {
  /** `file/makes a folder`. */
  readonly id: string;
  readonly module: string;
  /** The same on both twins, and there before `setup` runs in it. */
  readonly folder: string;
  /** Lines of sh. */
  readonly setup: string;
  readonly ansible: readonly TaskText[];
  readonly ours: readonly TaskText[];
  /** Lines of sh that print what the tasks are about and that no file of the case's folder shows. */
  readonly look: string;
  /** Beginnings of paths, from the case's folder, that are not compared: their bytes are nobody's business, `look` tells what counts. */
  readonly hide: readonly string[];
  /** Members of the last task's result that both tell and that must be equal. */
  readonly values: readonly string[];
}

/** A case as its file has it; `task` is short for a list of one. */
interface Written {
  readonly name: string;
  readonly setup?: string;
  readonly task?: TaskText;
  readonly tasks?: readonly TaskText[];
  /** Instead of `task`, where the two spell the same differently. */
  readonly ansible?: readonly TaskText[];
  readonly ours?: readonly TaskText[];
  readonly look?: string;
  readonly hide?: readonly string[];
  readonly values?: readonly string[];
}

/** `test/ansible`, in the sources. */
export const twinsFolder = join(packageRoot, 'test/ansible');

/** Where the cases' folders lie on the twins. */
export const casesFolder = '/twins';

/** What stands for something in a case: `DIR` its folder, `FILES` the controller's `test/ansible/files`, `LOCAL` a folder of its own on the controller, `URL` a web server that has `FILES`. */
export interface Places {
  readonly local: string;
  readonly url: string;
}

/** Fills a case's places in, in every text of it. */
export function placed<T>(value: T, {folder}: Pick<Case, 'folder'>, places: Places): T {
  if (typeof value === 'string') {
    return value
      .replaceAll(/\bDIR\b/g, folder)
      .replaceAll(/\bLOCAL\b/g, join(places.local, folder))
      .replaceAll(/\bURL\b/g, places.url)
      .replaceAll(/\bFILES\b/g, join(twinsFolder, 'files')) as T;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => placed(each, {folder}, places)) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]: [string, unknown]) => [name, placed(each, {folder}, places)]),
    ) as T;
  }
  return value;
}

function caseOf(module: string, written: Written): Case {
  const tasks = written.tasks ?? (written.task === undefined ? [] : [written.task]);
  return {
    id: `${module}/${written.name}`,
    module,
    // Of the name, so that a case keeps its folder when another is added.
    folder: join(casesFolder, module, written.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')),
    setup: written.setup ?? '',
    ansible: written.ansible ?? tasks,
    ours: written.ours ?? tasks,
    look: written.look ?? '',
    hide: written.hide ?? [],
    values: written.values ?? [],
  };
}

/** All cases, or those of some modules, in the order of their files. Throws where a file of the modules is not there. */
export function readCases(modules: readonly string[] = []): readonly Case[] {
  const folder = join(twinsFolder, 'cases');
  const present = readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => basename(name, '.yml'))
    .sort();
  const missing = modules.find((module) => !present.includes(module));
  if (missing !== undefined) throw new Error(`no cases of '${missing}': expected one of ${present.join(', ')}`);
  return present
    .filter((module) => modules.length === 0 || modules.includes(module))
    .flatMap((module) => {
      const written = parse(readFileSync(join(folder, `${module}.yml`), 'utf8')) as readonly Written[];
      return written.map((each) => caseOf(module, each));
    });
}
