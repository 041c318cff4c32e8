import {sh} from '../../engine/host.js';
import {unknown, type FactKind} from '../../engine/task.js';

export interface PodmanImageState {
  /** podman is on the machine. */
  readonly tool: boolean;
  readonly exists: boolean;
  /** Of the image; empty where there is none. */
  readonly id: string;
  readonly digest: string;
}

/** An image in the storage of the user who asks. */
export const podmanImageFact: FactKind<{readonly name: string}, PodmanImageState> = {
  name: 'podman_image',
  id: (key) => key.name,
  perUser: () => true,
  // podman makes its storage when it is asked for the first time: where there is none, nothing is asked.
  script: (keys) => sh`if command -v podman >/dev/null 2>&1; then echo podman; else echo none; fi
if [ "$(id -u)" = 0 ]; then s=/var/lib/containers/storage; else s=\${XDG_DATA_HOME:-$HOME/.local/share}/containers/storage; fi
[ "$(id -u)" = 0 ] || [ -n "\${XDG_RUNTIME_DIR-}" ] || { XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; }
for i in ${keys.map(({name}) => name)}; do
  if [ -d "$s" ] && command -v podman >/dev/null 2>&1; then podman image inspect --format '{{.Id}} {{.Digest}}' -- "$i" 2>/dev/null || echo; else echo; fi
done; true`,
  parse(keys, result) {
    const [word, ...lines] = result.stdout.split('\n');
    if (result.code !== 0 || lines.length <= keys.length)
      throw new Error(`cannot ask for images: ${result.stderr.trim()}`);
    return keys.map((_, index) => {
      const [id = '', digest = ''] = (lines[index] ?? '').split(' ');
      return {tool: word === 'podman', exists: id !== '', id, digest};
    });
  },
  follows: (_, before, promised) =>
    promised.kind === 'package' && !before.tool ? unknown('what the package brings') : undefined,
  show(before, after) {
    if (!('exists' in after)) return [];
    const words = (exists: boolean | undefined, id: unknown): string | undefined =>
      exists !== true ? undefined : typeof id === 'string' && id !== '' ? id.slice(0, 12) : 'present';
    return [{what: 'image', before: words(before?.exists, before?.id), after: words(after.exists, after.id)}];
  },
  volatile: true,
};
