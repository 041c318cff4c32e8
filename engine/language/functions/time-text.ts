import {FunctionFailed} from './shared-function.js';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = 'January February March April May June July August September October November December'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

/** What the letters of strftime stand for, in UTC. */
const parts: Readonly<Record<string, (time: Date) => string>> = {
  Y: (time) => String(time.getUTCFullYear()),
  y: (time) => two(time.getUTCFullYear() % 100),
  m: (time) => two(time.getUTCMonth() + 1),
  d: (time) => two(time.getUTCDate()),
  e: (time) => String(time.getUTCDate()).padStart(2),
  H: (time) => two(time.getUTCHours()),
  I: (time) => two(time.getUTCHours() % 12 || 12),
  M: (time) => two(time.getUTCMinutes()),
  S: (time) => two(time.getUTCSeconds()),
  p: (time) => (time.getUTCHours() < 12 ? 'AM' : 'PM'),
  j: (time) => String(Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear())) / 86_400_000) + 1).padStart(3, '0'),
  A: (time) => days[time.getUTCDay()] ?? '',
  a: (time) => (days[time.getUTCDay()] ?? '').slice(0, 3),
  B: (time) => months[time.getUTCMonth()] ?? '',
  b: (time) => (months[time.getUTCMonth()] ?? '').slice(0, 3),
  u: (time) => String(time.getUTCDay() || 7),
  w: (time) => String(time.getUTCDay()),
  s: (time) => String(Math.floor(time.getTime() / 1000)),
  F: (time) => time.toISOString().slice(0, 10),
  T: (time) => time.toISOString().slice(11, 19),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
};

/** A time in seconds since 1970, written in UTC by a pattern of strftime. */
export function timeText(pattern: string, seconds: unknown): string {
  const time = new Date(Number(seconds) * 1000);
  if ((typeof seconds !== 'number' && typeof seconds !== 'string') || Number.isNaN(time.getTime()))
    throw new FunctionFailed(`${JSON.stringify(seconds)} is no number of seconds`);
  return pattern.replaceAll(/%(.)/gs, (_, letter: string) => {
    const part = Object.hasOwn(parts, letter) ? parts[letter] : undefined;
    if (part === undefined) throw new FunctionFailed(`"%${letter}" is not known; ${Object.keys(parts).join(' ')} are`);
    return part(time);
  });
}
