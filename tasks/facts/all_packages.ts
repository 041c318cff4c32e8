import {unknown, type FactKind} from '../../engine/task.js';
import {managers, managerScript, type Manager} from '../package/manager.js';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly release?: string;
  readonly epoch?: string | null;
  readonly arch: string;
  /** Which manager says so: `apt`, `rpm`, `apk`. */
  readonly source: string;
  readonly category?: string;
}

export interface AllPackages {
  readonly manager: Manager;
  /** By name; the same one in several versions or architectures stands there several times. */
  readonly packages: Readonly<Record<string, readonly InstalledPackage[]>>;
}

/** Every package that is installed. */
export const allPackagesFact: FactKind<Readonly<Record<string, never>>, AllPackages> = {
  name: 'all_packages',
  id: () => 'all_packages',
  script: () => `${managerScript}
if command -v dpkg-query >/dev/null 2>&1; then dpkg-query -W -f '\${db:Status-Status} \${Package} \${Version} \${Architecture} \${Section}\\n' | sed -n 's/^installed /apt /p'
elif command -v rpm >/dev/null 2>&1; then rpm -qa --qf 'rpm %{NAME} %{VERSION} %{ARCH} - %{RELEASE} %{EPOCH}\\n'
elif command -v apk >/dev/null 2>&1; then apk list --installed 2>/dev/null | sed -n 's/^\\(.*\\)-\\([^-]*-r[0-9]*\\) \\([^ ]*\\) .*/apk \\1 \\2 \\3/p'
fi`,
  parse(keys, result) {
    const [word = '', ...lines] = result.stdout.split('\n');
    const manager = managers[word];
    if (manager === undefined) throw new Error(`cannot list packages: ${result.stderr.trim()}`);
    const found: Record<string, InstalledPackage[]> = Object.create(null) as Record<string, InstalledPackage[]>;
    for (const line of lines.filter((each) => each !== '')) {
      const [source = '', name = '', version = '', arch = '', category, release, epoch] = line.split(' ');
      (found[name] ??= []).push({
        name,
        version,
        ...(release === undefined ? {} : {release, epoch: epoch === '(none)' ? null : (epoch ?? null)}),
        arch,
        source,
        ...(source === 'apt' && category !== undefined ? {category} : {}),
      });
    }
    return keys.map(() => ({manager, packages: {...found}}));
  },
  follows: (_, __, promised) => (promised.kind === 'package' ? unknown('what the packages are by then') : undefined),
  show: () => [],
};
