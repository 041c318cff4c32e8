import {raw, sh} from '../../engine/host.js';
import type {DigestAlgorithm} from '../facts/digest.js';

export interface Download {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly password?: string;
  readonly checksum?: {readonly algorithm: DigestAlgorithm; readonly digest: string};
  /** Seconds. */
  readonly timeout: number;
  readonly insecure: boolean;
}

/** A script that downloads beside the path, compares the checksum and puts the file in place. */
export function downloadScript(download: Download, path: string): string {
  return sh`f=${`${path}.u7s-download`}
${raw(fetchScript(download))}
if [ -f ${path} ]; then chmod "$(stat -c %a -- ${path})" "$f" && chown "$(stat -c %u:%g -- ${path})" "$f"; else chmod 0644 "$f"; fi
mv -f -- "$f" ${path}`;
}

/** A script that downloads by curl, else by wget, into the file that `f` names and compares the checksum; it takes the file away when its shell ends. */
export function fetchScript(download: Download): string {
  const {url, headers, user, password = '', checksum, timeout, insecure} = download;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`.replaceAll(/[\r\n]+/g, ' '));
  // All that may be secret goes through standard input or a file of our own: the process list shows arguments to everyone.
  const config = [
    `url = ${quoted(url)}`,
    ...lines.map((line) => `header = ${quoted(line)}`),
    ...(user === undefined ? [] : [`user = ${quoted(`${user}:${password}`)}`]),
  ].join('\n');
  const settings = [
    ...lines.map((line) => `header = ${line}`),
    ...(user === undefined ? [] : [`user = ${user}`, `password = ${password}`, 'auth_no_challenge = on']),
  ].join('\n');
  const check =
    checksum === undefined
      ? ':'
      : sh`h=$(${`${checksum.algorithm}sum`} <"$f" | cut -d ' ' -f 1); [ "$h" = ${checksum.digest} ] || { echo "its ${raw(checksum.algorithm)} is $h, expected "${checksum.digest} >&2; exit 1; }`;
  const words = insecure ? ['--no-check-certificate'] : [];
  return sh`umask 077; trap 'rm -f -- "$f" "$f.rc" "$f.url"' EXIT
if command -v curl >/dev/null 2>&1; then
  printf '%s' ${config} | curl -fsSL ${insecure ? ['-k'] : []} --max-time ${timeout} -K - -o "$f"
elif command -v wget >/dev/null 2>&1; then
  if wget --version >/dev/null 2>&1; then
    printf '%s\\n' ${settings} >"$f.rc"; printf '%s\\n' ${url} >"$f.url"
    wget --config="$f.rc" -q ${words} -O "$f" -i "$f.url"
  elif [ -n ${settings} ]; then echo 'headers and passwords need curl or GNU wget on this machine' >&2; exit 1
  else wget -q ${words} -O "$f" -- ${url}; fi
else echo 'neither curl nor wget is on this machine' >&2; exit 127; fi || exit
${raw(check)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}
