import {refuse} from '../../engine/task.js';

/** Seconds of a duration as Go writes it: `1h`, `30m`, `1h30m`. */
export function seconds(text: string): number {
  if (!/^(\d+h)?(\d+m)?(\d+s)?$/.test(text) || text === '')
    refuse(`'${text}' is not a duration`, 'write it as 1h, 30m or 1h30m');
  const part = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
  return part('h') * 3600 + part('m') * 60 + part('s');
}
