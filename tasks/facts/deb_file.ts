import {sh} from '../../engine/host.js';
import {unknown, type FactKind} from '../../engine/task.js';

export interface DebState {
  readonly path: string;
  /** Empty where there is no such file, or it is no package. */
  readonly name: string;
  readonly version: string;
  /** Version of that package on the machine; empty where it is not installed. */
  readonly installed: string;
}

/** What a .deb file of the machine holds, and what of it is installed. */
export const debFileFact: FactKind<{readonly path: string}, DebState> = {
  name: 'deb_file',
  id: (key) => key.path,
  script: (keys) =>
    keys
      .map(
        ({path}) => sh`p=$(dpkg-deb -W --showformat '\${Package} \${Version}' -- ${path} 2>/dev/null) || p=
echo "$p $([ -z "$p" ] || dpkg-query -W -f '\${db:Status-Status} \${Version}' -- "\${p%% *}" 2>/dev/null | sed -n 's/^installed //p')"`,
      )
      .join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (lines.length <= keys.length) throw new Error(`cannot look into packages: ${result.stderr.trim()}`);
    return keys.map(({path}, index) => {
      const [name = '', version = '', installed = ''] = (lines[index] ?? '').split(' ');
      return {path, name, version, installed};
    });
  },
  follows: (key, _, promised) =>
    promised.kind === 'file' && 'id' in promised && promised.id === key.path
      ? unknown(`what ${key.path} will hold`)
      : undefined,
  show: () => [],
  volatile: true,
};
