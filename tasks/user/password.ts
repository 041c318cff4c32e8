import {sh} from '../../engine/host.js';
import {refuse} from '../../engine/task.js';
import type {UserState} from '../facts/user.js';

/** The arguments that are about what stands in the file of passwords. */
export interface PasswordArgs {
  readonly name: string;
  readonly password?: string;
  readonly update_password: 'always' | 'on_create';
  readonly password_lock?: boolean;
  readonly expires?: number;
  readonly password_expire_max?: number;
  readonly password_expire_min?: number;
  readonly password_expire_warn?: number;
}

/** Days of a password, by chage's letter. */
export type PasswordDays = Readonly<Partial<Record<'maxDays' | 'minDays' | 'warnDays', number>>>;

const dayLetters = {maxDays: '-M', minDays: '-m', warnDays: '-W'} as const;

/** The days that are wanted. */
export function wantedDays(args: PasswordArgs): PasswordDays {
  const {password_expire_max: maxDays, password_expire_min: minDays, password_expire_warn: warnDays} = args;
  return {
    ...(maxDays === undefined ? {} : {maxDays}),
    ...(minDays === undefined ? {} : {minDays}),
    ...(warnDays === undefined ? {} : {warnDays}),
  };
}

/** The days that are wanted and are others. */
export function otherDays(args: PasswordArgs, state: UserState): PasswordDays {
  return Object.fromEntries(
    Object.entries(wantedDays(args)).filter(([name, days]) => state[name as keyof PasswordDays] !== days),
  );
}

/** A command that sets days; empty where there are none. */
export function daysScript(name: string, days: PasswordDays): string {
  const words = Object.entries(days).flatMap(([each, day]) => [dayLetters[each as keyof PasswordDays], day]);
  return words.length === 0
    ? ''
    : sh`if command -v chage >/dev/null 2>&1; then chage ${words} ${name}; else echo 'chage is missing on this machine: install the package shadow' >&2; exit 1; fi`;
}

/** Whether a plan has to know the user's line in the file of passwords. */
export function asksShadow(args: PasswordArgs): boolean {
  const {password, password_lock: lock, expires} = args;
  return (password ?? lock ?? expires) !== undefined || Object.keys(wantedDays(args)).length > 0;
}

/** The hash that shall stand there where another does; undefined: it stays. A lock is a mark before the hash. */
export function wantedHash(args: PasswordArgs, state: UserState): string | undefined {
  const given = state.exists && args.update_password === 'on_create' ? undefined : args.password;
  const base = given ?? state.password;
  const wanted = args.password_lock === undefined || base === undefined ? given : locked(args, base);
  return wanted === state.password ? undefined : wanted;
}

function locked({name, password_lock: lock}: PasswordArgs, hash: string): string {
  if (lock === true) return hash.startsWith('!') ? hash : `!${hash}`;
  const open = hash.replace(/^!+/, '');
  if (open === '') refuse(`'${name}' has no password that could be unlocked`, 'give it one');
  return open;
}

/** The day since 1970 on which the account ends; -1: never. */
export function expiryDay(seconds: number): number {
  return seconds < 0 ? -1 : Math.floor(seconds / 86_400);
}

/** A day as usermod takes it; never is an empty word. */
export function expiryWord(day: number): string {
  return day < 0 ? '' : new Date(day * 86_400_000).toISOString().slice(0, 10);
}
