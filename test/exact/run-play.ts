import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Event} from '../../engine/event.js';
import {graphOptions} from '../../engine/cli/graph-options.js';
import {Machine} from '../../engine/connect/machine.js';
import {settingsOf} from '../../engine/connect/settings.js';
import type {Host} from '../../engine/host.js';
import {buildGraph} from '../../engine/graph/build.js';
import {loadProject} from '../../engine/load/load-project.js';
import {packageSchemas, validateArgs} from '../../engine/load/schema.js';
import type {Outcome} from '../../engine/outcome.js';
import {runGraph} from '../../engine/run/run.js';
import {registry} from '../../tasks/index.js';
import type {Lab} from '../lab/lab.js';

/** What became of a node. */
export interface Ended {
  readonly module: string;
  readonly outcome: Outcome;
}

/** What became of each node, by its name in the play, in the order of their ends. */
export type Outcomes = ReadonlyMap<string, Ended>;

/** A host on which playbooks are run from within the tests, over one connection. */
export interface Stage {
  readonly root: Host;
  readonly play: (playbook: string, options: {readonly check: boolean}) => Promise<Outcomes>;
  readonly close: () => Promise<void>;
}

/** Connects to a host of a lab. */
export function openStage(lab: Lab, host: string): Stage {
  const variables = {
    ansible_host: lab.host(host).address,
    ansible_user: 'root',
    ansible_ssh_private_key_file: lab.files.key,
    ansible_ssh_known_hosts_file: lab.files.knownHosts,
  };
  const machine = new Machine({...settingsOf({name: host, variables}).settings, agent: undefined}, {patience: 20});
  const folder = mkdtempSync(join(tmpdir(), 'u7s-exact-'));
  mkdirSync(join(folder, 'templates'));
  writeFileSync(join(folder, 'templates', 'text.hbs'), 'word {{word}}\n{{#if (eq word "first")}}\nfirst\n{{/if}}\n');
  writeFileSync(join(folder, 'hosts.yml'), JSON.stringify({all: {hosts: {[host]: null}}}));
  return {
    root: machine.host({context: 'plain'}),
    async play(playbook, {check}) {
      writeFileSync(join(folder, 'play.yml'), playbook);
      const modules = new Set(registry.modules.keys());
      const project = await loadProject({playbooks: ['play.yml'], inventories: ['hosts.yml'], modules, cwd: folder});
      const everything = {limit: undefined, tags: [], skipTags: [], startAtTask: undefined};
      const outcomes = new Map<string, Ended>();
      const {code} = await runGraph(buildGraph(project, everything, graphOptions(project, registry)), {
        registry,
        check,
        diff: true,
        validateArgs,
        schemaOf: (module) => packageSchemas().module(module),
        hostFor: (_, place) => machine.host(place),
        listen: (event: Event) => {
          if (event.type === 'node-ended')
            outcomes.set(event.node.task, {module: event.node.module, outcome: event.outcome});
        },
      });
      if (code === 250) throw new Error(`a bug in the engine: ${JSON.stringify([...outcomes])}`);
      return outcomes;
    },
    async close() {
      await machine.close();
      rmSync(folder, {recursive: true, force: true});
    },
  };
}
