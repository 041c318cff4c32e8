import {randomBytes} from 'node:crypto';
import {isUtf8} from 'node:buffer';
import {CommandFailed, quote, type Content, type ExecResult, type PutOptions} from '../../host.js';
import {piecesOf, sending} from './content.js';

/** A file to be written: a script, and where its content comes by the script's input, that input. */
export interface Writing {
  readonly script: string;
  readonly input?: () => AsyncIterable<Buffer> | readonly Buffer[];
  /** Bytes of the content. */
  readonly size: number;
}

const mostInline = 24 * 1024;

/** Makes the script that writes a file beside its place, gives it its attributes and renames it. A link at the path is replaced, not followed. */
export async function writing(path: string, content: Content, options: PutOptions = {}): Promise<Writing> {
  checkPath(path);
  const sent = await sending(content);
  const {size} = sent;
  if ('local' in sent) return {script: putScript(path, {...options, size}), size, input: () => piecesOf(sent)};
  const {bytes} = sent;
  if (size <= mostInline && isUtf8(bytes) && !bytes.includes(0))
    return {script: putScript(path, {...options, inline: bytes.toString()}), size};
  return {script: putScript(path, {...options, size}), size, input: () => [bytes]};
}

/** How errors name the writing of a file. */
export function labelOf(path: string): string {
  return `writing ${quote(path)}`;
}

/** The failure to write a file, with what to do about it where that is known. */
export function notWritten(path: string, result: ExecResult): CommandFailed {
  return new CommandFailed(labelOf(path), result, hintOf(path, result.stderr));
}

// What is said when a file cannot be replaced by a rename.
const cannotRename = /Device or resource busy|cross-device|Invalid cross-device/i;

function hintOf(path: string, stderr: string): string | undefined {
  return cannotRename.test(stderr)
    ? `${path} cannot be replaced by a rename (a mount?): set unsafe_writes: true`
    : undefined;
}

type Source = {readonly inline: string} | {readonly size: number};

function putScript(path: string, options: PutOptions & Source): string {
  const target = path.startsWith('-') ? `./${path}` : path;
  const slash = target.lastIndexOf('/');
  const folder = target.slice(0, slash + 1);
  // A name may be 255 bytes long already.
  const base = Buffer.from(target.slice(slash + 1))
    .subarray(0, 100)
    .toString()
    .replaceAll('\ufffd', '_');
  const beside = `${folder}.${base}.u7s-${randomBytes(6).toString('hex')}`;
  const {mode, owner, group} = options;
  return `p=${quote(target)}
t=${options.unsafeWrites === true ? '$p' : quote(beside)}
die() { printf '%s\\n' "$*" >&2; exit 1; }
${options.unsafeWrites === true ? '' : '[ -L "$p" ] || '}[ ! -d "$p" ] || die "$p is a directory"
[ -d ${quote(folder === '' ? '.' : folder)} ] || die "the folder of $p does not exist"
m=${quote(mode ?? '')} o=${quote(owner ?? '')} g=${quote(group ?? '')}
if [ -f "$p" ]; then
set -- $(stat -L -c '%a %u %g' "$p") || exit 1
m=\${m:-$1} o=\${o:-$2} g=\${g:-$3}
fi
m=\${m:-0644}
${options.unsafeWrites === true ? '' : besideScript}
${'inline' in options ? `printf '%s' ${quote(options.inline)} >"$t" || ${options.unsafeWrites === true ? 'exit 1' : whyScript}` : `cat >"$t" || exit 1\n${checkScript(options)}`}
if [ -n "$o$g" ] && [ "$(stat -c '%u %g' "$t")" != "$o $g" ]; then
if [ -n "$o" ] && [ "$o" != "$(id -u)" ]; then
chown "$o\${g:+:$g}" "$t" || exit 1
elif [ -n "$g" ]; then
${mayKeepGroup(options)}
fi
fi
chmod "$m" "$t" || exit 1
${options.mtime === undefined ? '' : `touch -d ${quote(`@${options.mtime}`)} "$t" || exit 1\n`}${options.unsafeWrites === true ? '' : `${placeScript}\ntrap - EXIT`}
exit 0`;
}

// The umask is for the time until the mode is set; noclobber makes the shell refuse a link that somebody laid there.
const besideScript = `trap 'rm -f "$t"' EXIT
trap 'exit 143' HUP INT TERM
umask 077
set -C`;

// dash's printf does not say why it could not write; cat does.
const whyScript = `{ printf '%4096s' ' ' | cat >>"$t"; exit 1; }`;

// Over a link to a folder, mv would move into the folder.
const placeScript = `[ ! -d "$p" ] || rm -f "$p" || exit 1
mv -f "$t" "$p" || exit 1`;

function mayKeepGroup({group}: PutOptions): string {
  // A group that was only found on the present file is kept where the user may give it.
  return group === undefined ? 'chgrp "$g" "$t" 2>/dev/null || :' : 'chgrp "$g" "$t" || exit 1';
}

// On their way the bytes cannot become others, but they may end early.
function checkScript({size}: {readonly size: number}): string {
  return `n=$(wc -c <"$t") || exit 1
[ "$((n))" = ${size} ] || die "$p: only $((n)) of ${size} bytes arrived"`;
}

function checkPath(path: string): void {
  if (path === '' || path.includes('\0') || path.endsWith('/')) {
    throw new Error(`Internal error: "${path}" is no path of a file`);
  }
}
