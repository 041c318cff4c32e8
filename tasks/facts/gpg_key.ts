import {quote, raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {keysIn, type OpenPgpKey} from '../gpg/colons.js';
import {holdsMembers} from './holds.js';

/** One key in a key ring: by fingerprint, or by one of its names (then one with a secret key, the youngest that lives). */
export type GpgKeyId = {readonly home?: string} & ({readonly fingerprint: string} | {readonly user: string});

export interface GpgKeyState {
  /** gpg is on the machine. */
  readonly tool: boolean;
  readonly key: (OpenPgpKey & {readonly public: string}) | null;
}

/** Sets `h` to the folder of the key ring. */
export function homeScript(home: string | undefined): string {
  return home === undefined ? 'h=${GNUPGHOME:-${HOME:-/root}/.gnupg}' : `h=${quote(home)}`;
}

/** A key of OpenPGP in a key ring of the machine. */
export const gpgKeyFact: FactKind<GpgKeyId, GpgKeyState> = {
  name: 'gpg_key',
  id: (key) => `${key.home ?? '~'} ${'user' in key ? key.user : key.fingerprint}`,
  perUser: (key) => key.home === undefined,
  // Nothing is asked where there is no ring yet: gpg would make one.
  script: (keys) =>
    keys
      .map((key) => {
        const words = 'user' in key ? `=${key.user}` : key.fingerprint;
        return sh`( ${raw(homeScript(key.home))}
command -v gpg >/dev/null 2>&1 && echo gpg || echo none
[ -d "$h" ] && { [ -e "$h/pubring.kbx" ] || [ -e "$h/pubring.gpg" ] || [ -e "$h/public-keys.d" ]; } && command -v gpg >/dev/null 2>&1 || exit 0
g() { gpg --utf8-strings --homedir "$h" --batch --no-tty --no-autostart --no-auto-check-trustdb --trust-model always --lock-never "$@" 2>/dev/null; }
g --with-colons --with-keygrip -k -- ${words}
echo =
for f in "$h"/private-keys-v1.d/*.key; do [ ! -e "$f" ] || { f=\${f##*/}; echo "\${f%.key}"; }; done
echo =
g --armor --export -- ${words} )
printf '\\036\\n'`;
      })
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot ask for keys: ${result.stderr.trim()}`);
    return keys.map((key, index): GpgKeyState => {
      const text = parts[index] ?? '';
      const [listed = '', grips = '', exported = ''] = text.split(/^=\n/m);
      const all = keysIn(listed, new Set(grips.split('\n').filter((grip) => grip !== '')));
      const found =
        'user' in key
          ? all.filter(({secret, dead, uids}) => secret && !dead && uids.includes(key.user)).at(-1)
          : all.find(({fingerprint}) => fingerprint === key.fingerprint);
      return {tool: text.startsWith('gpg'), key: found === undefined ? null : {...found, public: exported}};
    });
  },
  holds: (promised, read) => holdsMembers({key: Reflect.get(Object(promised), 'key') as unknown}, read),
  follows: (_, before, promised) =>
    promised.kind === 'package' && !before.tool ? unknown('what the package brings') : undefined,
  show(before, after) {
    if (isUnknown(after)) return [];
    const name = (state: GpgKeyState | undefined): string | undefined => {
      const print: unknown = state?.key?.fingerprint;
      return state?.key === null || state === undefined ? undefined : typeof print === 'string' ? print : 'a new one';
    };
    return [{what: 'key', before: name(before), after: name(after)}];
  },
};
