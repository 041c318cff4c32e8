/** What tasks recorded of a host: registered results and set variables, by name. Values may hold unknowns. */
export interface RecordedValues {
  get(host: string, name: string): unknown;
  readonly has: (host: string, name: string) => boolean;
  names(host: string): Iterable<string>;
  set(host: string, name: string, value: unknown): void;
  /** Counts the recordings of all hosts: what could not be evaluated before may be evaluated after. */
  readonly version: number;
}

/** An empty store. */
export function createValues(): RecordedValues {
  const hosts = new Map<string, Map<string, unknown>>();
  let version = 0;
  return {
    get: (host, name) => hosts.get(host)?.get(name),
    has: (host, name) => hosts.get(host)?.has(name) ?? false,
    names: (host) => hosts.get(host)?.keys() ?? [],
    set(host, name, value) {
      version++;
      const values = hosts.get(host);
      if (values) values.set(name, value);
      else hosts.set(host, new Map([[name, value]]));
    },
    get version() {
      return version;
    },
  };
}
