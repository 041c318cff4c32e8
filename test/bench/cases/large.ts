import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {BenchCase} from '../bench.js';
import {interleaved} from '../measure.js';
import {ourSide} from '../ours.js';

interface Size {
  readonly tasks: number;
  readonly hosts: number;
  /** A condition of every task. */
  readonly when?: string;
}

function written(folder: string, {tasks, hosts, when}: Size): readonly string[] {
  const taskLines = Array.from(
    {length: tasks},
    (_, index) =>
      `    - name: Have file ${index}\n      copy: {content: "{{inventory_hostname}} ${index} {{port}}", dest: "/etc/bench/${index}"}\n${when === undefined ? '' : `      when: ${when}\n`}`,
  );
  const [site, inventory] = [join(folder, 'site.yml'), join(folder, 'hosts.yml')];
  writeFileSync(site, `- hosts: all\n  vars: {port: 80, wanted: false}\n  tasks:\n${taskLines.join('')}`);
  const names = Array.from({length: hosts}, (_, index) => `    h${index}: {ansible_host: 192.0.2.1}\n`);
  writeFileSync(inventory, `all:\n  hosts:\n${names.join('')}`);
  return [site, '-i', inventory];
}

/** A graph of 200 000 nodes: loaded, built, sorted. */
export const graph: BenchCase = {
  name: 'graph',
  run: async (options) => {
    const words = written(options.folder, {tasks: 200, hosts: 1000});
    const side = ourSide('u7s-play --syntax-check', ['--syntax-check', ...words]);
    return [
      {
        case: 'a graph of 200 000 nodes (200 tasks × 1000 hosts)',
        figures: await interleaved([side], options),
        reaches: [
          {kind: 'within', milliseconds: 3000},
          {kind: 'memory', bytes: 1e9},
        ],
      },
    ];
  },
};

/** Nothing but conditions that do not hold: no host is connected to. */
export const skipped: BenchCase = {
  name: 'skipped',
  run: async (options) => {
    const words = written(options.folder, {tasks: 700, hosts: 50, when: 'wanted'});
    return [
      {
        case: '700 tasks × 50 hosts, all skipped by when',
        figures: await interleaved([ourSide('u7s-play', words)], options),
        reaches: [{kind: 'within', milliseconds: 1500}],
      },
    ];
  },
};
