import {quote} from '../../engine/host.js';
import {NoAnswer, type Remedy} from '../../engine/task.js';

/** The status by which a script tells that a program cannot be run although the machine has it, or what it is for. */
export const silentCode = 69;

/** Folders beside PATH in which programs are kept, each for itself. */
const ownFolders = ['/opt/*/bin', '/opt/*/*/bin', '/usr/libexec/*/bin'];

/**
 * A piece of script behind a call of a program, with its status in `$code` and what it said in `$said`: where it was not found or not to be executed, and lies on
 * the machine nevertheless (or one of `traces` shows that it was of use), `$code` becomes 69 and `$said` ends with the places where it lies. A machine that never had it stays as it is.
 */
export function orSilent(program: string, traces: readonly string[] = []): string {
  const own = ownFolders.map((folder) => `${folder}/${program}`).join(' ');
  const traced = traces.map((path) => `[ -e ${quote(path)} ]`).join(' || ');
  return `case $code in 126 | 127)
  lies=$( { IFS=:; for folder in $PATH; do ls -d "$folder/${program}"; done; ls -d ${own}; } 2>/dev/null | while read -r file; do printf 'at %s\\n' "$file"; printf 'at '; readlink -f -- "$file" || echo; done)
  [ -z "$lies" ] ${traced === '' ? '' : `&& ! { ${traced}; } `}|| { code=${silentCode}; said="$said
$lies"; }
esac`;
}

/** A script that runs a command of a program, and ends as `orSilent` says. */
export function heard(program: string, command: string): string {
  return `said=$( { ${command}\n} 2>&1 </dev/null); code=$?
${orSilent(program)}
printf '%s\\n' "$said"; exit $code`;
}

/** What was said with the status 69, as an error that names what may mend it: the program's file, what its name leads to, a package. */
export function silenceOf(program: string, text: string): NoAnswer {
  const lines = text.split('\n');
  const places = [...new Set(lines.flatMap((line) => /^at (\S.*)$/.exec(line)?.[1] ?? []))];
  const said = lines.filter((line) => line !== '' && !line.startsWith('at ')).at(-1) ?? 'it cannot be run';
  const files = places.map((id): Remedy => ({kind: 'file', id}));
  const where = places.length === 0 ? '' : ` (it lies at ${places.join(', ')})`;
  return new NoAnswer(program, `${said}${where}`, [...files, {kind: 'file', named: program}, {kind: 'package'}]);
}
