import {mkdir, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {Lab} from '../lab/lab.js';
import {ansibleSettings, haveAnsible, runAnsible} from './ansible.js';
import type {Case, Places, TaskText} from './case.js';
import {ourProgram, refusals, runOurs, type OurRun} from './ours.js';
import {byModule, inHalves, strategyOf} from './parts.js';
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
  /** Ansible carries its modules itself. */
  readonly plain: boolean;
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

/** Ansible, with a playbook of the cases. */
export async function readyAnsible(cases: readonly Case[], {lab, work, url, plain, report}: Bench): Promise<Ready> {
  const places = {local: localFolder(work, 'ansible'), url};
  const ansible = await haveAnsible(report);
  const settings = await write(
    join(work, 'ansible'),
    'ansible.cfg',
    await ansibleSettings(ansible, {sshConfig: lab.files.config, plain}),
  );
  const inventory = await write(join(work, 'ansible'), 'hosts.yml', inventoryOf(lab, twins.ansible));
  const playbooks = await Promise.all(
    inHalves(cases).map((half, index) =>
      write(
        join(work, 'ansible'),
        `cases-${index}.yml`,
        playbookOf(half, (each) => each.ansible, {places, strategyOf}).text,
      ),
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

function naming(tasks: readonly TaskText[], file: string): boolean {
  return JSON.stringify(tasks).includes(`FILES/${file}`);
}

/** One part of the cases: its playbook without what is refused, and the message for each case that is. */
async function acceptedPart(
  cases: readonly Case[],
  {places, ...run}: OurRun & {readonly places: Places},
): Promise<ReadonlyMap<string, string>> {
  // A playbook with one mistake is refused whole: what is refused is left out, and told as the case's result.
  const messages = new Map<string, string>();
  for (;;) {
    const accepted = cases.filter(({id}) => !messages.has(id));
    const {text, lines} = playbookOf(accepted, (each) => each.ours, {places});
    await writeFile(run.playbook, text);
    const found = await refusals(run);
    if (found.length === 0) return messages;
    const before = messages.size;
    for (const {file, line, message} of found) {
      // What is wrong in another file is wrong in the cases that name it.
      const concerned =
        file === run.playbook ? [lines.get(line)] : cases.filter(({ours}) => naming(ours, basename(file)));
      for (const each of concerned) if (each && !messages.has(each.id)) messages.set(each.id, message);
    }
    if (messages.size === before) throw new Error(`no case is at ${found[0]?.file ?? ''}: ${found[0]?.message ?? ''}`);
  }
}

/** We, with playbooks of those cases that are not refused before anything is touched. */
export async function readyOurs(cases: readonly Case[], {lab, work, url}: Bench): Promise<Ready> {
  const places = {local: localFolder(work, 'ours'), url};
  const inventory = await write(join(work, 'ours'), 'hosts.yml', inventoryOf(lab, twins.ours));
  const common = {program: ourProgram, inventory, state: join(work, 'ours', 'state')};
  const playbooks: string[] = [];
  const refused: [string, TaskResult][] = [];
  for (const part of byModule(cases)) {
    const playbook = join(work, 'ours', `${part[0]?.module ?? ''}.yml`);
    const messages = await acceptedPart(part, {...common, playbook, check: true, places});
    if (messages.size < part.length) playbooks.push(playbook);
    for (const each of part) {
      const message = messages.get(each.id);
      if (message === undefined) continue;
      for (const index of each.ours.keys())
        refused.push([taskName(each, index), {said: 'refused', values: {}, message}]);
    }
  }
  return {
    host: twins.ours,
    places,
    run: async (pass) => {
      const results = new Map(refused);
      for (const playbook of playbooks) {
        for (const [name, result] of await runOurs({...common, playbook, check: isCheck(pass)}))
          results.set(name, result);
      }
      return results;
    },
  };
}
