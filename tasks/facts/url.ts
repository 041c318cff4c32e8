import {createHash} from 'node:crypto';
import {raw, sh} from '../../engine/host.js';
import {unknown, type FactKind} from '../../engine/task.js';

/** A request made from the machine. */
export interface UrlKey {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly validateCerts: boolean;
  readonly caPath?: string;
  readonly socket?: string;
  readonly user?: string;
  readonly password?: string;
  /** Seconds for the whole request. */
  readonly timeout: number;
  readonly followRedirects: boolean;
  /** A published file: what is changed on the machine does not change it. */
  readonly published?: true;
}

export interface UrlState {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly content: string;
  /** Why there was no answer. */
  readonly error?: string;
}

/** Makes a script that sends the request by curl, else by wget, and prints status, body and complaint, each in base64 lines ended by a dot. */
export function urlScript(key: UrlKey): string {
  const headers = Object.entries(key.headers).map(([name, value]) => `${name}: ${value}`);
  // All that may be secret goes through standard input: the process list shows arguments to everyone.
  const config = [
    `url = ${quoted(key.url)}`,
    ...headers.map((header) => `header = ${quoted(header)}`),
    ...(key.user === undefined ? [] : [`user = ${quoted(`${key.user}:${key.password ?? ''}`)}`]),
    ...(key.body === undefined ? [] : [`data-raw = ${quoted(key.body)}`]),
  ].join('\n');
  const curl = [
    '-sS',
    '-X',
    key.method,
    '--max-time',
    String(key.timeout),
    ...(key.method === 'HEAD' ? ['-I'] : []),
    ...(key.followRedirects ? ['-L'] : []),
    ...(key.validateCerts ? [] : ['-k']),
    ...(key.caPath === undefined ? [] : ['--cacert', key.caPath]),
    ...(key.socket === undefined ? [] : ['--unix-socket', key.socket]),
  ];
  const wget = [
    '-q',
    '-S',
    '-T',
    String(Math.ceil(key.timeout)),
    ...(key.validateCerts ? [] : ['--no-check-certificate']),
    ...(key.caPath === undefined ? [] : [`--ca-certificate=${key.caPath}`]),
  ];
  const wgetConfig = [
    ...headers.map((header) => `header = ${header.replaceAll(/[\r\n]+/g, ' ')}`),
    ...(key.user === undefined
      ? []
      : [`user = ${key.user}`, `password = ${key.password ?? ''}`, 'auth_no_challenge = on']),
  ].join('\n');
  const post = key.body === undefined ? '' : '--post-file="$d/post"';
  return sh`d=$(mktemp -d) || exit 1
if command -v curl >/dev/null 2>&1; then
  printf '%s' ${config} | curl ${curl} -K - -o "$d/body" -w '%{http_code}' >"$d/status" 2>"$d/error"
elif command -v wget >/dev/null 2>&1; then
  umask 077; printf '%s' ${key.body ?? ''} >"$d/post"; printf '%s\\n' ${key.url} >"$d/url"
  if wget --version >/dev/null 2>&1; then printf '%s\\n' ${wgetConfig} >"$d/rc"; wget --config="$d/rc" ${wget} ${raw(post)} -O "$d/body" -i "$d/url" 2>"$d/error"
  elif [ -n ${wgetConfig} ]; then echo 'headers and passwords need curl or GNU wget on this machine' >"$d/error"
  else wget ${wget} ${raw(post)} -O "$d/body" ${key.url} 2>"$d/error"; fi
  sed -n 's/^ *HTTP\\/[0-9.]* \\([0-9]*\\).*/\\1/p' "$d/error" | tail -n 1 >"$d/status"
else echo 'neither curl nor wget is on this machine' >"$d/error"; fi
for f in status body error; do [ ! -s "$d/$f" ] || head -c 1048576 "$d/$f" | base64; echo .; done
rm -rf "$d"`;
}

/** Reads what the script printed. */
export function urlAnswer(stdout: string): UrlState {
  const [status = '', content = '', error = ''] = stdout
    .split(/^\.\n/m)
    .map((part) => Buffer.from(part.replaceAll('\n', ''), 'base64').toString());
  const code = Number(status.trim().slice(-3)) || 0;
  return {status: code, content, ...(code === 0 ? {error: error.trim() || 'no answer'} : {})};
}

/** What a request that changes nothing is answered. */
export const urlFact: FactKind<UrlKey, UrlState> = {
  name: 'url',
  id: (key) => `${key.method} ${key.url}${key.socket === undefined ? '' : ` by ${key.socket}`}${otherwise(key)}`,
  script: (keys) => keys.map((key) => `( ${urlScript(key)} )\necho =`).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^=\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot send requests: ${result.stderr.trim()}`);
    return keys.map((_, index) => urlAnswer(parts[index] ?? ''));
  },
  // What a server says may come from any file, unit or package of its machine.
  follows: (key, before, promised) =>
    (key.published !== true || before.status === 0) && ['unit', 'package', 'file', 'check'].includes(promised.kind)
      ? unknown(`what ${promised.kind} ${'id' in promised ? promised.id : promised.under} changes`)
      : undefined,
  show: (before, after) => [
    {
      what: 'status',
      before: before === undefined ? undefined : String(before.status),
      after: 'status' in after ? String(after.status) : undefined,
    },
  ],
  volatile: true,
};

/** What else tells two requests to one address apart, by a digest: secrets may be in it. */
function otherwise({headers, body, validateCerts, caPath, user, password, followRedirects}: UrlKey): string {
  const names = Object.keys(headers).sort();
  if (names.length === 0 && validateCerts && followRedirects && (body ?? caPath ?? user) === undefined) return '';
  const all = [
    names.map((name) => [name, headers[name]]),
    body,
    validateCerts,
    caPath,
    user,
    password,
    followRedirects,
  ];
  return ` with ${createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12)}`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}
