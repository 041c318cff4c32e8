import {raw, sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {openPgpSourceFact, type OpenPgpSource} from './facts/openpgp_source.js';
import {rpmKeysFact, type RpmKeys} from './facts/rpm_keys.js';
import {canonicalFingerprint} from './gpg/colons.js';
import {fetchKey, sourceName, sourceOf, type KeySource} from './gpg/source.js';

export interface RpmKeyArgs {
  readonly key: string;
  readonly state: 'present' | 'absent';
  readonly fingerprint?: readonly string[] | string;
  readonly validate_certs: boolean;
}

interface Facts {
  readonly trusted: RpmKeys;
  readonly source?: OpenPgpSource;
}

interface RpmKeyChange extends Change {
  readonly source?: KeySource;
  /** Ids of rpm's own packages for keys. */
  readonly erase: readonly string[];
}

export const rpmKey: TaskModule<RpmKeyArgs, Facts, RpmKeyChange> = {
  name: 'rpm_key',
  reads: (args) => {
    const source = isId(args.key) ? undefined : sourceOf(args.key, {insecure: !args.validate_certs});
    const requests = {
      trusted: ask(rpmKeysFact, {}),
      ...(source === undefined ? {} : {source: ask(openPgpSourceFact, source)}),
    };
    return requests;
  },
  plan(args, {trusted, source}) {
    if (!trusted.rpm) refuse('this machine has no rpm');
    const wanted = source === undefined ? [canonicalFingerprint(args.key)] : fingerprintsOf(args, source);
    const present = wanted.filter((each) => trusted.ids.some((id) => isSame(each, id)));
    if (args.state === 'absent') {
      if (present.length === 0) return undefined;
      const erase = trusted.ids.filter((id) => present.some((each) => isSame(each, id)));
      return {
        kind: 'state',
        summary: `let rpm trust ${present.join(', ')} no more`,
        makes: [promise(rpmKeysFact, {}, {ids: trusted.ids.filter((id) => !erase.includes(id))})],
        erase,
      };
    }
    if (present.length === wanted.length) return undefined;
    if (source === undefined) refuse(`rpm does not have the key '${args.key}'`, "give the key's address, file or text");
    return {
      kind: 'state',
      summary: `let rpm trust ${wanted.join(', ')}`,
      makes: [
        promise(
          rpmKeysFact,
          {},
          {
            ids: [
              ...trusted.ids,
              ...wanted.filter((each) => !present.includes(each)).map((each) => each.slice(-8)),
            ].sort(),
          },
        ),
      ],
      source: sourceOf(args.key, {insecure: !args.validate_certs}),
      erase: [],
    };
  },
  async apply(host, {source, erase}) {
    if (source !== undefined)
      await host.run(
        sh`d=$(mktemp -d) || exit; trap 'rm -rf "$d"' EXIT; k=$d/key; ${raw(fetchKey(source))} && rpm --import "$k"`,
        {label: 'rpm --import'},
      );
    for (const id of erase)
      await host.run(sh`rpm --erase --allmatches ${`gpg-pubkey-${id.toLowerCase()}`}`, {label: 'rpm --erase'});
  },
  output: (args, {source}) => ({
    fingerprints: source?.keys.map(({fingerprint}) => fingerprint) ?? [canonicalFingerprint(args.key)],
  }),
};

function isId(key: string): boolean {
  return /^(0x)?([0-9a-fA-F]{8}|[0-9a-fA-F]{16}|[0-9a-fA-F]{40})$/.test(key);
}

function isSame(fingerprint: string, id: string): boolean {
  return fingerprint.endsWith(id) || id.endsWith(fingerprint);
}

function fingerprintsOf(args: RpmKeyArgs, source: OpenPgpSource): readonly string[] {
  const name = sourceName(sourceOf(args.key));
  if (!source.found) refuse(`there is no key at '${name}'`);
  if (!source.tool)
    refuse('gpg is not on this machine, and the key cannot be looked at without it', 'install gnupg2 before');
  const found = source.keys.map(({fingerprint}) => fingerprint);
  if (found.length === 0) refuse(`'${name}' is no OpenPGP key`);
  const pins = (typeof args.fingerprint === 'string' ? [args.fingerprint] : (args.fingerprint ?? [])).map(
    canonicalFingerprint,
  );
  const strange = pins.length === 0 ? undefined : found.find((each) => !pins.includes(each));
  if (strange !== undefined) refuse(`the key at '${name}' has the fingerprint ${strange}, not ${pins.join(' or ')}`);
  return found;
}
