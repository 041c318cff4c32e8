import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {Lab} from '../lab/lab.js';
import type {BenchCase} from './bench.js';
import {commands} from './cases/commands.js';
import {files} from './cases/files.js';
import {converged, first} from './cases/fleet.js';
import {graph, skipped} from './cases/large.js';
import {many} from './cases/many.js';
import {site} from './cases/site.js';
import {start} from './cases/start.js';
import {judge, rowText, tableText, type Row} from './figure.js';

const cases: readonly BenchCase[] = [start, graph, skipped, converged, first, site, commands, files, many];

const usage = `usage: npm run bench -- [CASE…] [--runs 5] [--hosts 10] [--machines 1000] [--json FILE] [--keep] [--name bench] [--subnet 10.96.0.0/24]

Measures u7s-play beside others who do the same, in turns, on the same hosts of a lab, and compares what they leave before a time counts.

Cases: ${cases.map(({name}) => name).join(' ')}`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(argv: readonly string[]): Promise<number> {
  const {values, positionals} = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      runs: {type: 'string', default: '5'},
      hosts: {type: 'string', default: '10'},
      machines: {type: 'string', default: '1000'},
      json: {type: 'string'},
      keep: {type: 'boolean', default: false},
      name: {type: 'string', default: 'bench'},
      subnet: {type: 'string', default: '10.96.0.0/24'},
      help: {type: 'boolean', short: 'h'},
    },
  });
  const unknown = positionals.filter((name) => !cases.some((each) => each.name === name));
  if (values.help === true || unknown.length > 0) {
    say(unknown.length > 0 ? `there is no case ${unknown.join(', ')}\n\n${usage}` : usage);
    return unknown.length > 0 ? 1 : 0;
  }
  const [hosts, machines, runs] = [Number(values.hosts), Number(values.machines), Number(values.runs)];
  const folder = mkdtempSync(join(tmpdir(), 'u7s-bench-'));
  const names = Array.from({length: hosts}, (_, index) => `b${index + 1}`);
  let opened: Promise<Lab> | undefined;
  const lab = (): Promise<Lab> => {
    opened ??= Lab.open({name: values.name, subnet: values.subnet, report: say}).then(async (made) => {
      await made.up(names);
      return made;
    });
    return opened;
  };
  const rows: Row[] = [];
  const loadBefore = loadavg()[0];
  try {
    for (const each of cases) {
      if (positionals.length > 0 && !positionals.includes(each.name)) continue;
      say(`== ${each.name}`);
      rows.push(...(await each.run({folder, runs, hosts, machines, report: say, lab})));
    }
  } finally {
    rmSync(folder, {recursive: true});
    if (opened && !values.keep) await (await opened).down();
  }
  say('');
  for (const row of rows) say(rowText(row));
  const machine = {
    node: process.version,
    processor: cpus()[0]?.model,
    processors: cpus().length,
    date: new Date().toISOString(),
    load: {before: loadBefore, after: loadavg()[0]},
  };
  say(`${JSON.stringify(machine)}\n\n${tableText(rows)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({machine, rows}, undefined, 2)}\n`);
  return rows.every((row) => row.reaches.every((reach) => judge(row, reach).isReached)) ? 0 : 1;
}

process.exit(await main(process.argv.slice(2)));
