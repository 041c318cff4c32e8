import type {ConnectionSettings} from './connection.js';

/** Reads OpenSSH's and our words for how a machine's key is checked; undefined for any other. */
export function checkingOf(value: unknown): ConnectionSettings['hostKeyChecking'] | undefined {
  switch (typeof value === 'string' ? value.toLowerCase() : value) {
    case true:
    case 'yes':
    case 'ask':
    case 'strict':
      return 'strict';
    case 'accept-new':
      return 'accept-new';
    case false:
    case 'no':
    case 'off':
      return 'off';
    default:
      return undefined;
  }
}

/** Reads a machine's variables by name, the first one given wins; `complain` hears of values that are of no use. */
export function variableReader(
  variables: Readonly<Record<string, unknown>>,
  complain: (variable: string, message: string) => void,
) {
  const first = (names: readonly string[]): readonly [string, unknown] | undefined => {
    const name = names.find((each) => variables[each] !== undefined && variables[each] !== null);
    return name === undefined ? undefined : [name, variables[name]];
  };
  return {
    text(...names: readonly string[]): string | undefined {
      const [name, value] = first(names) ?? [];
      if (name === undefined) return undefined;
      if (typeof value === 'string' || typeof value === 'number') return String(value);
      complain(name, `"${name}" must be a string`);
      return undefined;
    },
    whole(...names: readonly string[]): number | undefined {
      const [name, value] = first(names) ?? [];
      if (name === undefined) return undefined;
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
      if (typeof number === 'number' && Number.isInteger(number) && number > 0) return number;
      complain(name, `"${name}" must be a whole number above 0`);
      return undefined;
    },
    checking(name: string): ConnectionSettings['hostKeyChecking'] | undefined {
      const value = first([name])?.[1];
      const checking = checkingOf(value);
      if (value !== undefined && checking === undefined) {
        complain(name, `"${name}" must be one of strict, accept-new, off`);
      }
      return checking;
    },
    kind(name: string): 'ssh' | 'local' {
      const value = first([name])?.[1];
      if (value === 'local') return 'local';
      if (value !== undefined && value !== 'ssh' && value !== 'smart' && value !== 'paramiko') {
        complain(name, `"${name}" must be ssh or local`);
      }
      return 'ssh';
    },
  };
}
