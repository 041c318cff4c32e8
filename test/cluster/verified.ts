import {expect} from 'chai';
import {join} from 'node:path';
import {packageRoot} from '../../engine/root.js';
import type {Verdict} from '../../engine/cli/verify/judge.js';
import {tryCommand} from '../lab/process.js';
import type {Fleet} from './fleet.js';
import {program} from './play.js';

/** What is kept on every fleet of one control plane or more, whatever else it has. */
const everywhere = [
  ...['M04', 'M06', 'M08', 'M09', 'M10', 'M11', 'M12', 'M13', 'M14', 'M16', 'M17', 'M29', 'M30', 'M32', 'M33'],
  ...['M34', 'M35', 'M36', 'M37', 'M38', 'M39', 'M40', 'M41', 'M42', 'M43', 'M44', 'M45', 'M53', 'M57', 'M59'],
];
/** What a balancer brings, and a registry. */
const balanced = ['M48', 'M49'];
const signed = ['M15', 'M18', 'M19', 'M20', 'M22', 'M28'];

/** What an inventory has beside control planes and workers. */
export interface Parts {
  readonly balancer?: boolean;
  readonly virtualAddress?: boolean;
  readonly registry?: boolean;
  readonly secondAddress?: boolean;
  /** Control planes that run as root beside rootless ones. */
  readonly bothKinds?: boolean;
}

/** Runs `u7s-play verify` and gives its rows; exit codes are told by them. */
export async function verdictsOf(fleet: Fleet): Promise<readonly Verdict[]> {
  const words = ['verify', '-i', fleet.inventory, '--output', 'json'];
  const state = join(fleet.folder, 'state');
  const command = ['env', '-C', packageRoot, `XDG_STATE_HOME=${state}`, process.execPath, program, ...words] as const;
  const {code, stdout, stderr} = await tryCommand([...command], {timeout: 300});
  expect([0, 2], `${stdout}${stderr}`).to.include(code);
  const told = JSON.parse(stdout) as {readonly code: number; readonly rows: readonly Verdict[]};
  expect(told.code).to.equal(code);
  return told.rows;
}

/** Holds that all rows M01 to M65 are told, that none fails, and that just those are here that the parts of the fleet make. */
export async function holdVerified(fleet: Fleet, parts: Parts): Promise<void> {
  const rows = await verdictsOf(fleet);
  const numbered = Array.from({length: 65}, (_, index) => `M${String(index + 1).padStart(2, '0')}`);
  expect(rows.map(({name}) => name)).to.deep.equal(numbered);
  expect(rows.filter(({status}) => status === 'failed')).to.deep.equal([]);
  const expected = [
    ...everywhere,
    ...(parts.balancer === true ? balanced : []),
    ...(parts.virtualAddress === true ? ['M50', 'M51'] : []),
    ...(parts.registry === true ? signed : []),
    ...(parts.secondAddress === true ? ['M03'] : []),
    ...(parts.bothKinds === true ? ['M58'] : []),
  ];
  const here = rows.filter(({status}) => status === 'ok').map(({name}) => name);
  expect(here).to.deep.equal([...expected].sort());
  const unexplained = rows.filter(({status, reason}) => status === 'not here' && (reason ?? '') === '');
  expect(unexplained.map(({name}) => name)).to.deep.equal([]);
}
