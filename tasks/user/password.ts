import {refuse} from '../../engine/task.js';
import type {UserState} from '../facts/user.js';

/** The arguments that are about what stands in the file of passwords. */
export interface PasswordArgs {
  readonly name: string;
  readonly password?: string;
  readonly update_password: 'always' | 'on_create';
  readonly password_lock?: boolean;
  readonly expires?: number;
}

/** Whether a plan has to know the user's line in the file of passwords. */
export function asksShadow({password, password_lock: lock, expires}: PasswordArgs): boolean {
  return password !== undefined || lock !== undefined || expires !== undefined;
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
