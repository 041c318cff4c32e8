import {createHmac, timingSafeEqual} from 'node:crypto';
import {readFileSync, renameSync, writeFileSync} from 'node:fs';
import {badInput} from '../diagnostic.js';
import {reasonOf} from '../reason.js';
import {canonical} from './digest.js';
import type {Plan} from './plan.js';

const version = 1;

/** Writes a plan with its signature; only its user may read the file. Throws `BadInput` where it cannot be written. */
export function writePlan(path: string, {plan, key}: {readonly plan: Plan; readonly key: Uint8Array}): void {
  const signed = {...plan, signature: signatureOf(plan, key)};
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, `${JSON.stringify(signed, undefined, 1)}\n`, {mode: 0o600});
    renameSync(beside, path);
  } catch (error) {
    throw badInput(`the plan "${path}" cannot be written: ${reasonOf(error)}`);
  }
}

/** Reads a plan. Throws `BadInput` where it is none, is of another version, or is not as this controller wrote it. */
export function readPlan(path: string, key: Uint8Array): Plan {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw badInput(`the plan "${path}" cannot be read: ${reasonOf(error)}`);
  }
  const {signature, ...plan} = parse(text, path);
  const found: number = plan.version;
  if (found !== version)
    throw badInput(`the plan "${path}" has the version ${found}; expected ${version}`, 'plan again');
  const expected = Buffer.from(signatureOf(plan, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw badInput(
      `the plan "${path}" is not as it was written, or was made on another controller or by another user`,
      'a plan is applied as it is, where it was made; plan again',
    );
  }
  return plan;
}

function parse(text: string, path: string): Plan & {readonly signature: string} {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = undefined;
  }
  const signature: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, 'signature') : undefined;
  if (typeof signature !== 'string')
    throw badInput(`"${path}" is not a plan`, 'make one with "u7s-play PLAYBOOK … --plan FILE"');
  return found as Plan & {readonly signature: string};
}

function signatureOf(plan: Plan, key: Uint8Array): string {
  return createHmac('sha256', key)
    .update(`plan\n${canonical(plan)}`)
    .digest('hex');
}
