import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheFolder} from '../lab/folders.js';
import {core} from './ansible.js';
import {twinsFolder, type Case} from './case.js';
import type {Performance} from './compare.js';
import {strategyOf} from './parts.js';
import {taskName} from './playbook.js';
import {passes, type Pass, type PassResults, type TaskResult} from './result.js';

/** What Ansible did with one case, kept for comparisons to come. */
export interface CaseRecord {
  readonly results: Readonly<Record<Pass, readonly (TaskResult | null)[]>>;
  readonly states: ReturnType<Performance['states']>;
}

/** The records by their keys. */
export type Records = ReadonlyMap<string, CaseRecord>;

function hashOfFiles(): string {
  const hash = createHash('sha256');
  const folder = join(twinsFolder, 'files');
  for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort()) {
    hash.update(`${name}\n`);
    if (name.includes('.')) hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

const files = hashOfFiles();

/** Equal for cases with which Ansible would do the same: its version, the case's text, the files of the controller. */
export function recordKey(each: Case): string {
  const {id, folder, setup, ansible, look} = each;
  const how = strategyOf(each);
  const text = JSON.stringify([core, files, id, folder, setup, ansible, look, ...(how === undefined ? [] : [how])]);
  return createHash('sha256').update(text).digest('hex');
}

const file = join(cacheFolder(), '.ansible-records.json');

/** What earlier comparisons kept; nothing where there was none. */
export async function readRecords(): Promise<Records> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  return new Map(JSON.parse(text) as readonly (readonly [string, CaseRecord])[]);
}

/** Keeps what Ansible did with these cases, beside what is kept of others. */
export async function keepRecords(cases: readonly Case[], performance: Performance): Promise<void> {
  const records = new Map(await readRecords());
  for (const each of cases) {
    const results = passes.map((pass) => [
      pass,
      each.ansible.map((_, index) => performance.results[pass].get(taskName(each, index)) ?? null),
    ]);
    records.set(recordKey(each), {
      results: Object.fromEntries(results) as CaseRecord['results'],
      states: performance.states(each),
    });
  }
  await mkdir(cacheFolder(), {recursive: true});
  await writeFile(`${file}.part`, JSON.stringify([...records]));
  await rename(`${file}.part`, file);
}

/** A performance of all cases, of which some were done now and the others are recorded. */
export function withRecords(cases: readonly Case[], performance: Performance, records: Records): Performance {
  const results = passes.map((pass): [Pass, PassResults] => [
    pass,
    new Map([
      ...cases.flatMap((each) =>
        (records.get(recordKey(each))?.results[pass] ?? []).flatMap((result, index) =>
          result === null ? [] : [[taskName(each, index), result] as const],
        ),
      ),
      ...performance.results[pass],
    ]),
  ]);
  return {
    results: Object.fromEntries(results) as Record<Pass, PassResults>,
    states: (each) => records.get(recordKey(each))?.states ?? performance.states(each),
  };
}
