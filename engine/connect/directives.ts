import {expandTilde, readSshConfig, type Directives, type Files} from './ssh-config.js';

/** The SSH directives for one machine: those given as arguments, then those of the configuration file. */
export interface DirectiveReader {
  one(name: string): string | undefined;
  number(name: string): number | undefined;
  /** All values, tildes and `%` tokens expanded. */
  paths(name: string): readonly string[];
}

/** Where directives come from. */
export interface DirectiveSource {
  readonly given: Directives;
  readonly configFile: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly controller: {readonly home: string; readonly userName: string; readonly files: Files};
}

/** Makes a reader of the directives that hold for a machine. */
export function directiveReader({given, configFile, host, user, controller}: DirectiveSource): DirectiveReader {
  const {home, userName, files} = controller;
  const config = readSshConfig(expandTilde(configFile, home), {host, user, home, files});
  const all = (name: string): readonly string[] => given.get(name) ?? config.get(name) ?? [];
  const one = (name: string): string | undefined => {
    const value = all(name)[0];
    // `ProxyCommand` alone may be of many words.
    return value?.toLowerCase() === 'none' ? undefined : value;
  };
  const number = (name: string): number | undefined => {
    const value = one(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const tokens: Readonly<Record<string, () => string>> = {
    '%%': () => '%',
    '%d': () => home,
    '%h': () => one('hostname')?.replaceAll('%h', host) ?? host,
    '%n': () => host,
    '%p': () => String(number('port') ?? 22),
    '%r': () => user ?? one('user') ?? userName,
    '%u': () => userName,
  };
  return {
    one,
    number,
    paths: (name) =>
      all(name)
        .flatMap((value) => (name === 'userknownhostsfile' ? value.split(/\s+/) : [value]))
        .filter((value) => value !== '' && value.toLowerCase() !== 'none')
        .map((value) => expandTilde(value, home).replace(/%[%dhnpru]/g, (token) => tokens[token]?.() ?? token)),
  };
}
