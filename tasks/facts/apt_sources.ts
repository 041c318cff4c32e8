import {isUnknown, unknown, type FactKind, type Promised, type Unknown} from '../../engine/task.js';

export interface AptSources {
  /** The machine has apt. */
  readonly apt: boolean;
  /** Texts of `sources.list` and of the files `*.list` beside it, by path. */
  readonly files: Readonly<Record<string, string>>;
}

const listFile = /^\/etc\/apt\/(?:sources\.list|sources\.list\.d\/[^/]+\.list)$/;

/** Where apt's packages come from, in one-line style. */
export const aptSourcesFact: FactKind<Readonly<Record<string, never>>, AptSources> = {
  name: 'apt_sources',
  id: () => 'apt_sources',
  script: () => `command -v apt-get >/dev/null 2>&1 && echo yes || echo no
for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do [ ! -r "$f" ] || { echo "=$f"; sed 's/^/ /' "$f"; }; done; echo =end`,
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (lines.at(-2) !== '=end') throw new Error(`cannot read apt's sources: ${result.stderr.trim()}`);
    const files: Record<string, string> = {};
    let path = '';
    for (const line of lines.slice(1, -2)) {
      if (line.startsWith('=')) files[(path = line.slice(1))] = '';
      else files[path] = `${files[path] ?? ''}${line.slice(1)}\n`;
    }
    return keys.map(() => ({apt: lines[0] === 'yes', files}));
  },
  follows: (_, before, promised) => (promised.kind === 'file' ? followsFile(before, promised) : undefined),
  show: () => [],
};

function followsFile(before: AptSources, promised: Promised): AptSources | Unknown | undefined {
  if ('under' in promised)
    return '/etc/apt/sources.list.d'.startsWith(promised.under) ? unknown(`what ${promised.under} holds`) : undefined;
  if (!listFile.test(promised.id)) return undefined;
  const {[promised.id]: _, ...others} = before.files;
  if (isUnknown(promised.value)) return promised.value;
  const {type, content} = promised.value as {readonly type?: unknown; readonly content?: unknown};
  if (type === 'absent') return {...before, files: others};
  if (typeof content === 'string') return {...before, files: {...others, [promised.id]: content}};
  return type === undefined ? undefined : unknown(`what ${promised.id} holds`);
}
