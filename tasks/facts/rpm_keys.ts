import type {FactKind} from '../../engine/task.js';

export interface RpmKeys {
  /** The machine has rpm. */
  readonly rpm: boolean;
  /** Ids in capitals: the last 8 digits of fingerprints, or all of them with newer rpm. */
  readonly ids: readonly string[];
}

/** The keys that rpm trusts. */
export const rpmKeysFact: FactKind<Readonly<Record<string, never>>, RpmKeys> = {
  name: 'rpm_keys',
  id: () => 'rpm_keys',
  script: () => `command -v rpm >/dev/null 2>&1 && echo yes || echo no
rpm -q gpg-pubkey --qf '%{VERSION}\\n' 2>/dev/null; true`,
  parse(keys, result) {
    const [rpm, ...lines] = result.stdout.split('\n');
    if (rpm === undefined || result.code !== 0) throw new Error(`cannot ask rpm: ${result.stderr.trim()}`);
    const ids = lines.filter((line) => /^[0-9a-f]{8,}$/i.test(line)).map((line) => line.toUpperCase());
    return keys.map(() => ({rpm: rpm === 'yes', ids: ids.sort()}));
  },
  holds: (promised, read) => {
    const {ids = []} = promised as {readonly ids?: readonly string[]};
    const isThere = (id: string): boolean => read.ids.some((each) => each.endsWith(id) || id.endsWith(each));
    return read.ids.length === ids.length && ids.every(isThere);
  },
  show: (before, after) => [
    {
      what: 'keys of rpm',
      before: before?.ids.join(', '),
      after: 'ids' in after ? after.ids.join(', ') : undefined,
    },
  ],
};
