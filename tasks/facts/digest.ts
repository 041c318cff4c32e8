import {sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {canonicalPath, isBelow} from './file/state.js';

export interface DigestKey {
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
}

export type DigestAlgorithm = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface DigestState {
  /** Hex; undefined where no regular file can be read. */
  readonly digest?: string;
}

/** A file's digest by another algorithm than the one that every file's state holds. */
export const digestFact: FactKind<DigestKey, DigestState> = {
  name: 'digest',
  id: ({path, algorithm}) => `${canonicalPath(path)} ${algorithm}`,
  script: (keys) =>
    keys
      .map(
        ({path, algorithm}) => sh`${`${algorithm}sum`} 2>/dev/null <${canonicalPath(path)} | cut -d ' ' -f 1; echo .`,
      )
      .map((line) => `{ ${line}; } 2>/dev/null`)
      .join('\n'),
  parse(keys, result) {
    const answers = result.stdout.split('.\n').slice(0, -1);
    if (answers.length !== keys.length) throw new Error(`cannot compute digests: ${result.stderr.trim()}`);
    return answers.map((answer) => {
      const digest = answer.trim();
      return digest === '' ? {} : {digest};
    });
  },
  follows(key, _, promised) {
    if (promised.kind !== 'file') return undefined;
    const path = canonicalPath(key.path);
    const place = 'under' in promised ? promised.under : promised.id;
    if (place !== path && !isBelow(path, place)) return undefined;
    const members = isUnknown(promised.value) ? ['content'] : Object.keys(Object(promised.value) as object);
    const moves = members.some((name) => ['type', 'exists', 'sha256', 'content', 'target'].includes(name));
    return moves ? unknown(`what ${place} holds`) : undefined;
  },
  show: (before, after) => [
    {what: 'digest', before: before?.digest, after: isUnknown(after) ? `(needs ${after.$unknown})` : after.digest},
  ],
};
