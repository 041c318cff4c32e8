import {refuse} from '../../engine/task.js';
import {shellPattern} from '../facts/listing/state.js';

/** Whether a path below the source, or a folder above it, is left out. */
export type Excludes = (path: string, isFolder: boolean) => boolean;

/** Reads the options of rsync that mean something here: `--exclude=PATTERN`. */
export function excludesIn(options: readonly string[]): Excludes {
  const patterns: string[] = [];
  for (let at = 0; at < options.length; at++) {
    const option = options[at] ?? '';
    const [, value] = /^--exclude=(.+)$/.exec(option) ?? [];
    if (value !== undefined) patterns.push(value.replace(/^(['"])(.*)\1$/, '$2'));
    else if (option === '--exclude' && options[at + 1] !== undefined) patterns.push(options[++at] ?? '');
    else refuse(`the option '${option}' of rsync has no meaning here`, "only '--exclude=PATTERN' has");
  }
  const tests = patterns.map(excludeTest);
  return (path, isFolder) => {
    const steps = path.split('/');
    return steps.some((_, index) => {
      const part = steps.slice(0, index + 1).join('/');
      return tests.some((test) => test(part, isFolder || index < steps.length - 1));
    });
  };
}

/** A pattern with a slash in it is about whole paths (from the top where it begins with one), another about names; a slash at its end means folders. */
function excludeTest(pattern: string): (path: string, isFolder: boolean) => boolean {
  const onlyFolders = pattern.endsWith('/');
  const plain = onlyFolders ? pattern.slice(0, -1) : pattern;
  const fromTop = plain.startsWith('/');
  const inner = fromTop ? plain.slice(1) : plain;
  const wanted = shellPattern(inner);
  const depth = inner.split('/').length;
  return (path, isFolder) => {
    if (onlyFolders && !isFolder) return false;
    const steps = path.split('/');
    if (fromTop) return wanted.test(path);
    return wanted.test(steps.slice(-depth).join('/'));
  };
}
