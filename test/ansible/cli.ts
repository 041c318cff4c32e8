import {parseArgs} from 'node:util';
import {Lab} from '../lab/lab.js';
import {readCases} from './case.js';
import {differencesOf} from './compare.js';
import {twins} from './engines.js';
import {readKnown} from './known.js';
import {machineCases, reportOf} from './report.js';
import {performOnTwins} from './twins.js';

const usage = `usage: npm run test:ansible -- [MODULE…] [--recorded] [--plain] [--keep] [--name NAME] [--subnet 10.78.0.0/24]

Does the same tasks with Ansible and with u7s-play on two equal hosts, and compares what they say and what they leave:
a check, a run, a second run, a second check. All modules by default.

  --recorded        take what Ansible did from earlier comparisons, for cases that are the same
  --plain           without mitogen, which carries Ansible's modules about five times as fast
  --keep            leave the twins up, and take twins that are up
  --name NAME       which lab (default twins)
  --subnet NETWORK  its network, a /24 (default 10.78.0.0/24)`;

function say(line: string): void {
  process.stdout.write(line + '\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const {values, positionals} = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      keep: {type: 'boolean', default: false},
      recorded: {type: 'boolean', default: false},
      plain: {type: 'boolean', default: false},
      name: {type: 'string', default: 'twins'},
      subnet: {type: 'string'},
      help: {type: 'boolean', short: 'h'},
    },
  });
  if (values.help === true) {
    say(usage);
    return 0;
  }
  const cases = readCases(positionals);
  const known = readKnown();
  const subnet = values.subnet ?? (values.name === 'twins' ? '10.78.0.0/24' : undefined);
  const lab = await Lab.open({name: values.name, subnet, report: say});
  if (!values.keep) await lab.down();
  try {
    await lab.up(Object.values(twins));
    const performed = await performOnTwins(cases, {lab, report: say, recorded: values.recorded, plain: values.plain});
    const judged = cases.map((each) => ({case: each, differences: differencesOf(each, performed)}));
    const {lines, good} = reportOf(
      [...judged, ...(values.recorded || positionals.length > 0 ? [] : machineCases(performed))],
      known,
    );
    say('');
    for (const line of lines) say(line);
    return good ? 0 : 1;
  } finally {
    if (!values.keep) await lab.down();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
