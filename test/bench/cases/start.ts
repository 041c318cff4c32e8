import {join} from 'node:path';
import {packageRoot} from '../../../engine/root.js';
import type {BenchCase} from '../bench.js';
import {interleaved, measured, type Side} from '../measure.js';
import {ours, ourSide} from '../ours.js';

const floor = {name: 'node -e 0', run: () => measured([process.execPath, '-e', '0'])};

/** What a command takes that does next to nothing. */
export const start: BenchCase = {
  name: 'start',
  run: async (options) => {
    const site = join(packageRoot, 'playbooks/site.yml');
    const help = {name: 'u7s-play --help', run: () => ours('--help')};
    const syntax = ourSide('u7s-play --syntax-check', ['--syntax-check', site]);
    const row = async (side: Side, milliseconds: number): ReturnType<BenchCase['run']> => [
      {
        case: side.name,
        figures: await interleaved([side, floor], {...options, runs: Math.max(9, options.runs)}),
        reaches: [{kind: 'over', milliseconds, floor: floor.name}],
      },
    ];
    return [...(await row(help, 80)), ...(await row(syntax, 250))];
  },
};
