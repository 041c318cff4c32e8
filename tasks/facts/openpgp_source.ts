import {createHash} from 'node:crypto';
import {raw, sh} from '../../engine/host.js';
import {unknown, type FactKind} from '../../engine/task.js';
import {keysIn, type OpenPgpKey} from '../gpg/colons.js';
import {fetchKey, type KeySource} from '../gpg/source.js';

export interface OpenPgpSource {
  /** gpg is on the machine. */
  readonly tool: boolean;
  /** There is something at the source. */
  readonly found: boolean;
  readonly keys: readonly OpenPgpKey[];
}

/** The keys that a file, an address or a text holds, looked at without importing them. */
export const openPgpSourceFact: FactKind<KeySource, OpenPgpSource> = {
  name: 'openpgp_source',
  id: (key) =>
    'path' in key ? key.path : 'url' in key ? key.url : createHash('sha256').update(key.text).digest('hex'),
  script: (keys) =>
    keys
      .map(
        (key) => sh`( d=$(mktemp -d) || exit; trap 'rm -rf "$d"' EXIT; k=$d/key; f=no
${raw(fetchKey(key))} && f=yes
if command -v gpg >/dev/null 2>&1; then echo "gpg $f"; [ $f = no ] || gpg --homedir "$d" --batch --no-tty --no-autostart --with-colons --import-options show-only --import "$k" 2>/dev/null
else echo "none $f"; fi ); echo =`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^=\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot look into keys: ${result.stderr.trim()}`);
    return keys.map((_, index) => {
      const text = parts[index] ?? '';
      return {tool: text.startsWith('gpg '), found: / yes\n/.test(text), keys: keysIn(text)};
    });
  },
  follows: (key, _, promised) =>
    promised.kind === 'file' && 'path' in key && 'id' in promised && promised.id === key.path
      ? unknown(`what ${key.path} will hold`)
      : promised.kind === 'package'
        ? unknown('what the package brings')
        : undefined,
  show: () => [],
};
