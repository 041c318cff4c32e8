import {createHash} from 'node:crypto';
import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {fetchScript, type Download} from '../get_url/download.js';

export interface DownloadState {
  /** Of what the server gave; undefined where it gave nothing. */
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
  /** Why nothing came. */
  readonly error?: string;
}

/** What a download would bring: it is made into a folder of its own, and thrown away. */
export const downloadFact: FactKind<Download, DownloadState> = {
  name: 'download',
  id: (key) => `${key.url} ${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 12)}`,
  script: (keys) =>
    keys
      .map(
        (key) => sh`( d=$(mktemp -d) || exit 1; f=$d/file
( exec 3>&1 >/dev/null 2>"$d/error"
${raw(fetchScript(key))}
echo "$(sha256sum <"$f" | cut -d ' ' -f 1) $(wc -c <"$f")" >&3 ) || tail -n 1 "$d/error"
rm -rf -- "$d" )
echo =`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^=\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot download: ${result.stderr.trim()}`);
    return keys.map((_, index): DownloadState => {
      const answer = (parts[index] ?? '').trim();
      const [, sha256, size] = /^([0-9a-f]{64}) +(\d+)$/.exec(answer) ?? [];
      return sha256 === undefined ? {error: answer || 'no answer'} : {sha256, size: Number(size)};
    });
  },
  // A server that does not answer may be one that a task before it starts.
  follows: (_, before, promised) =>
    before.error !== undefined && ['unit', 'package', 'file'].includes(promised.kind)
      ? unknown(`what ${promised.kind} ${'id' in promised ? promised.id : promised.under} changes`)
      : undefined,
  show: (before, after) => [
    {what: 'download', before: before?.sha256, after: isUnknown(after) ? `(needs ${after.$unknown})` : after.sha256},
  ],
  volatile: true,
};
