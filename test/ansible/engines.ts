import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Lab} from '../lab/lab.js';
import {ansibleSettings, haveAnsible, runAnsible} from './ansible.js';
import type {Case, Places} from './case.js';
import {ourProgram, refusals, runOurs} from './ours.js';
import {playbookOf, taskName} from './playbook.js';
import {isCheck, type Pass, type PassResults, type TaskResult} from './result.js';
import {inventoryOf, localFolder} from './twin.js';

/** The two hosts: one is Ansible's, with Python, the other ours, without. */
export const twins = {ansible: 'atwin', ours: 'utwin'} as const;

/** What an engine works with. */
export interface Bench {
  readonly lab: Lab;
  /** A folder of the controller for playbooks, inventories and what is fetched. */
  readonly work: string;
  /** Of the web server. */
  readonly url: string;
  readonly report: (line: string) => void;
}

/** One engine on its twin, ready to run all cases in a pass. */
export interface Ready {
  readonly host: string;
  readonly places: Places;
  readonly run: (pass: Pass) => Promise<PassResults>;
}

async function write(folder: string, name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(folder, {recursive: true});
  await writeFile(file, text);
  return file;
}

/** Modules whose cases stay in their own folders: they run beside those that change the machine, because Ansible is slow. */
const byThemselves = [
  ...['assert', 'blockinfile', 'command', 'copy', 'debug', 'fail', 'fetch', 'file', 'find', 'get_url', 'git'],
  ...['known_hosts', 'lineinfile', 'pause', 'ping', 'replace', 'script', 'set_fact', 'shell', 'slurp', 'stat'],
  ...['tempfile', 'template', 'unarchive', 'uri', 'wait_for', 'archive', 'keywords', 'synchronize'],
];

function isByItself({module}: Case): boolean {
  return byThemselves.includes(module);
}

/** Ansible, with a playbook of the cases. */
export async function readyAnsible(cases: readonly Case[], {lab, work, url, report}: Bench): Promise<Ready> {
  const places = {local: localFolder(work, 'ansible'), url};
  const ansible = await haveAnsible(report);
  const settings = await write(join(work, 'ansible'), 'ansible.cfg', ansibleSettings(lab.files.config));
  const inventory = await write(join(work, 'ansible'), 'hosts.yml', inventoryOf(lab, twins.ansible));
  const parts = [cases.filter(isByItself), cases.filter((each) => !isByItself(each))].filter((part) => part.length > 0);
  const playbooks = await Promise.all(
    parts.map((part, index) =>
      write(join(work, 'ansible'), `cases-${index}.yml`, playbookOf(part, (each) => each.ansible, places).text),
    ),
  );
  return {
    host: twins.ansible,
    places,
    run: async (pass) => {
      const common = {ansible, settings, inventory, check: isCheck(pass)};
      const results = await Promise.all(playbooks.map((playbook) => runAnsible({...common, playbook})));
      return new Map(results.flatMap((each) => [...each]));
    },
  };
}

/** We, with a playbook of those cases that are not refused before anything is touched. */
export async function readyOurs(cases: readonly Case[], {lab, work, url}: Bench): Promise<Ready> {
  const places = {local: localFolder(work, 'ours'), url};
  const inventory = await write(join(work, 'ours'), 'hosts.yml', inventoryOf(lab, twins.ours));
  const all = playbookOf(cases, (each) => each.ours, places);
  const playbook = await write(join(work, 'ours'), 'cases.yml', all.text);
  const common = {program: ourProgram, playbook, inventory, state: join(work, 'ours', 'state')};
  // A playbook with one mistake is refused whole: what is refused is left out, and told as the case's result.
  const messages = new Map<string, string>();
  for (const [line, message] of await refusals({...common, check: true})) {
    const id = all.lines.get(line)?.id ?? '';
    if (!messages.has(id)) messages.set(id, message);
  }
  const accepted = cases.filter(({id}) => !messages.has(id));
  await writeFile(playbook, playbookOf(accepted, (each) => each.ours, places).text);
  const refused: [string, TaskResult][] = cases
    .filter(({id}) => messages.has(id))
    .flatMap((each) =>
      each.ours.map((_, index): [string, TaskResult] => [
        taskName(each, index),
        {said: 'refused', values: {}, message: messages.get(each.id) ?? ''},
      ]),
    );
  return {
    host: twins.ours,
    places,
    run: async (pass) => new Map([...(await runOurs({...common, check: isCheck(pass)})), ...refused]),
  };
}
