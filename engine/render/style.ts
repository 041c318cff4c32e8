/** A colour by its meaning, in Ansible's choice of colours. */
export type Tone =
  | 'ok'
  | 'changed'
  | 'skipped'
  | 'failed'
  | 'unreachable'
  | 'warning'
  | 'added'
  | 'removed'
  | 'place'
  | 'dim'
  | 'strong';

/** Gives text its colour, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const codes: Readonly<Record<Tone, string>> = {
  ok: '32',
  changed: '33',
  skipped: '36',
  failed: '31',
  unreachable: '91',
  warning: '95',
  added: '32',
  removed: '31',
  place: '36',
  dim: '2',
  strong: '1',
};

/** Makes a painter; without colour, text stays as it is. */
export function painter(color: boolean): Paint {
  return color ? (tone, text) => (text === '' ? text : `\u001B[${codes[tone]}m${text}\u001B[0m`) : (_, text) => text;
}

/** Whether output shall have colours: `NO_COLOR` wins, then `FORCE_COLOR` and `ANSIBLE_FORCE_COLOR`, then whether the stream is a terminal that knows colours. */
export function wantsColor(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  for (const name of ['FORCE_COLOR', 'ANSIBLE_FORCE_COLOR']) {
    const value = environment[name];
    if (value !== undefined && value !== '') return !['0', 'false', 'no'].includes(value.toLowerCase());
  }
  return isTerminal && environment['TERM'] !== 'dumb';
}
