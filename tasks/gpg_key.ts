import {raw, sh} from '../engine/host.js';
import {ask, promise, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import {gpgKeyFact, homeScript, type GpgKeyId, type GpgKeyState} from './facts/gpg_key.js';
import {openPgpSourceFact, type OpenPgpSource} from './facts/openpgp_source.js';
import {canonicalFingerprint} from './gpg/colons.js';
import {fetchKey, sourceName, sourceOf, type KeySource} from './gpg/source.js';

export interface GpgKeyArgs {
  readonly user_id?: string;
  readonly key?: string;
  readonly fingerprint?: string;
  readonly state: 'present' | 'absent';
  readonly home?: string;
  readonly key_type: string;
  readonly usage: 'sign' | 'cert' | 'encrypt' | 'default';
  readonly expires: string;
  readonly passphrase?: string;
}

interface Facts {
  readonly ring: GpgKeyState;
  readonly source?: OpenPgpSource;
}

interface GpgChange extends Change {
  readonly home?: string;
  readonly remove?: {readonly fingerprint: string; readonly secret: boolean};
  readonly import?: {readonly source: KeySource; readonly fingerprint: string};
  readonly make?: {
    readonly user: string;
    readonly type: string;
    readonly usage: string;
    readonly expires: string;
    readonly passphrase: string;
  };
}

export const gpgKey: TaskModule<GpgKeyArgs, Facts, GpgChange> = {
  name: 'gpg_key',
  reads(args) {
    const requests = {
      ring: ask(gpgKeyFact, keyOf(args)),
      ...(args.key === undefined ? {} : {source: ask(openPgpSourceFact, sourceOf(args.key))}),
    };
    return requests;
  },
  plan(args, {ring, source}) {
    if (!ring.tool) refuse('gpg is not on this machine', 'install gnupg before');
    const base = {kind: 'state', ...(args.home === undefined ? {} : {home: args.home})} as const;
    if (args.state === 'absent') {
      if (ring.key === null) return undefined;
      const {fingerprint, secret} = ring.key;
      return {
        ...base,
        summary: `remove the key ${fingerprint}`,
        makes: [promise(gpgKeyFact, keyOf(args), {key: null})],
        remove: {fingerprint, secret},
      };
    }
    if (source !== undefined && args.key !== undefined) {
      const fingerprint = pinned(args, source);
      const secret = source.keys[0]?.secret === true;
      if (ring.key !== null && (ring.key.secret || !secret)) return undefined;
      const {uids = [], expires = null} = source.keys[0] ?? {};
      const key = {fingerprint, uids, secret, expires, dead: false, public: unknown('what gpg exports')};
      return {
        ...base,
        summary: `import the key ${fingerprint}`,
        makes: [promise(gpgKeyFact, keyOf(args), {key: key as never})],
        import: {source: sourceOf(args.key), fingerprint},
      };
    }
    if (ring.key !== null) return undefined;
    if (args.user_id === undefined)
      refuse(`there is no key ${args.fingerprint ?? ''}`, "give 'key' to import it, or 'user_id' to make one");
    const made = unknown('the key that gpg makes');
    const key = {fingerprint: made, uids: [args.user_id], secret: true, expires: made, dead: false, public: made};
    return {
      ...base,
      summary: `make a key for ${args.user_id}`,
      makes: [promise(gpgKeyFact, keyOf(args), {key: key as never})],
      make: {
        user: args.user_id,
        type: args.key_type,
        usage: args.usage,
        expires: args.expires,
        passphrase: args.passphrase ?? '',
      },
    };
  },
  async apply(host, change) {
    // The agent that gpg starts would outlive the task.
    const gpg = (script: string): string =>
      sh`${raw(homeScript(change.home))}; export GNUPGHOME="$h"; umask 077
[ -d "$h" ] || mkdir -p -m 0700 -- "$h" || exit
trap 'gpgconf --kill gpg-agent >/dev/null 2>&1; [ -z "$d" ] || rm -rf "$d"' EXIT; d=
${raw(script)}`;
    if (change.remove !== undefined) {
      const {fingerprint, secret} = change.remove;
      const verb = secret ? '--delete-secret-and-public-key' : '--delete-keys';
      await host.run(gpg(sh`gpg --batch --no-tty --yes ${verb} -- ${fingerprint}`), {label: 'gpg'});
    }
    if (change.import !== undefined) {
      const {source, fingerprint} = change.import;
      // What is imported is what was looked at: it is fetched again, and its fingerprint asked again.
      const script = sh`d=$(mktemp -d) || exit; k=$d/key; ${raw(fetchKey(source))} || exit
f=$(gpg --batch --no-tty --with-colons --import-options show-only --import "$k" 2>/dev/null | sed -n 's/^fpr:::::::::\\([0-9A-F]*\\):.*/\\1/p' | head -n 1)
[ "$f" = ${fingerprint} ] || { echo "its fingerprint is $f" >&2; exit 1; }
gpg --batch --no-tty --import "$k"`;
      await host.run(gpg(script), {label: 'gpg --import', timeout: 120});
    }
    if (change.make !== undefined) {
      const {user, type, usage, expires, passphrase} = change.make;
      await host.run(
        gpg(
          sh`gpg --utf8-strings --batch --no-tty --yes --pinentry-mode loopback --passphrase-fd 0 --quick-generate-key ${user} ${type} ${usage} ${expires}`,
        ),
        {label: 'gpg --quick-generate-key', input: `${passphrase}\n`, timeout: 300},
      );
    }
  },
  output: (_, {ring}) => ({
    fingerprint: ring.key?.fingerprint ?? null,
    uids: ring.key?.uids ?? [],
    secret: ring.key?.secret ?? false,
    expires: ring.key?.expires ?? null,
    public_key: ring.key?.public ?? null,
  }),
};

/** By which the key is known in the ring. */
function keyOf(args: GpgKeyArgs): GpgKeyId {
  const home = args.home === undefined ? {} : {home: args.home};
  if (args.fingerprint !== undefined) return {...home, fingerprint: canonicalFingerprint(args.fingerprint)};
  if (args.user_id !== undefined) return {...home, user: args.user_id};
  refuse("gpg_key needs 'user_id' to make a key, or 'fingerprint' (and 'key') to import one");
}

/** The fingerprint of the one key that the source holds, which must be the one that was named. */
function pinned(args: GpgKeyArgs, source: OpenPgpSource): string {
  const name = sourceName(sourceOf(args.key ?? ''));
  if (args.fingerprint === undefined) refuse("'key' needs the 'fingerprint' that it shall have", 'ask its owner for it, not the place where the key is'); // prettier-ignore
  if (!source.found) refuse(`there is no key at '${name}'`);
  const found = source.keys.map(({fingerprint}) => fingerprint);
  if (found.length !== 1) refuse(`'${name}' holds ${found.length} OpenPGP keys, expected one`);
  const wanted = canonicalFingerprint(args.fingerprint);
  if (found[0] !== wanted) refuse(`the key at '${name}' has the fingerprint ${found[0] ?? ''}, not ${wanted}`);
  return wanted;
}
