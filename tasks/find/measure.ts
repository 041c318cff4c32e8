import {refuse} from '../../engine/task.js';

const seconds: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400, w: 604_800};
const bytes: Readonly<Record<string, number>> = {b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40};

/** A bound: at least so much, or at most where it was written with a minus. */
export type Bound = (value: number) => boolean;

/** The bound that an age says (`2d`, `-90s`), over seconds. */
export function ageOf(text: string | number): Bound {
  return bound(String(text), {units: seconds, name: 'age', like: '2d or -12h'});
}

/** The bound that a size says (`10m`, `-1k`), over bytes. */
export function sizeOf(text: string | number): Bound {
  return bound(String(text), {units: bytes, name: 'size', like: '10m or -1k'});
}

function bound(
  text: string,
  {units, name, like}: {readonly units: Readonly<Record<string, number>>; readonly name: string; readonly like: string},
): Bound {
  const match = /^(-?)(\d+)([a-z])?$/i.exec(text.trim());
  const unit = match?.[3] === undefined ? 1 : units[match[3].toLowerCase()];
  if (match === null || unit === undefined) refuse(`'${name}: ${text}' is not understood`, `write it like ${like}`);
  const limit = Number(match[2]) * unit;
  return match[1] === '-' ? (value) => value <= limit : (value) => value >= limit;
}
