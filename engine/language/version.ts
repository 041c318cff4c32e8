/** A version as packages and programs write it: `v1.31.0-rc.1`, `2:10.2-1~deb13u1`. */
export class Version {
  readonly text: string;
  readonly #release: readonly string[];
  readonly #suffix: string;

  constructor(text: string) {
    this.text = text;
    const [, release = '', suffix = ''] = /^[vV]?(?:\d+:)?([0-9.]*)([^]*)$/.exec(text.trim()) ?? [];
    this.#release = release.split('.').filter((part) => part !== '');
    this.#suffix = suffix.replace(/\+[^]*$/, '');
  }

  /** Whether the text begins with a number, after an optional `v`. */
  get valid(): boolean {
    return this.#release.length > 0;
  }

  toString(): string {
    return this.text;
  }

  /** Negative, zero or positive. Numbers count as numbers (10 > 9), missing ones as 0; `-rc.1` and `~beta` come before the release, build metadata (`+…`) does not count. */
  compare(other: Version): number {
    for (let index = 0; index < Math.max(this.#release.length, other.#release.length); index++) {
      const difference = Number(this.#release[index] ?? 0) - Number(other.#release[index] ?? 0);
      if (difference !== 0) return difference;
    }
    if (this.#suffix === other.#suffix) return 0;
    return (
      stage(this.#suffix) - stage(other.#suffix) || this.#suffix.localeCompare(other.#suffix, 'en', {numeric: true})
    );
  }
}

// `1.2-1` and `1.2p1` are later than `1.2`; `1.2-rc.1` and `1.2~beta` are earlier.
function stage(suffix: string): number {
  if (suffix === '') return 0;
  return suffix.startsWith('~') || /^[-.]?(?:alpha|beta|rc|pre|dev|snapshot)/i.test(suffix) ? -1 : 1;
}
