import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {planWrite, write, type FileWrite} from './files/write.js';
import {canonicalFingerprint} from './gpg/colons.js';
import {publicKeysIn} from './gpg/public-key.js';

export interface SignerKeyArgs {
  readonly dest: string;
  readonly key: string;
  readonly fingerprint?: string;
}

interface KeyChange extends Change {
  readonly file: FileWrite;
}

export const signerKey: TaskModule<SignerKeyArgs, {readonly file: FileState}, KeyChange> = {
  name: 'signer_key',
  reads: (args) => ({file: ask(fileFact, {path: args.dest})}),
  plan(args, {file}) {
    const found = fingerprintOf(args.key);
    const wanted = args.fingerprint === undefined ? found : canonicalFingerprint(args.fingerprint);
    if (found !== wanted)
      refuse(
        `the key for '${args.dest}' has the fingerprint ${found}, not ${wanted}, which is pinned`,
        'somebody made another key, or put another in its place: find out who, before the pin is changed',
      );
    const planned = planWrite(file, {
      path: args.dest,
      content: args.key.endsWith('\n') ? args.key : `${args.key}\n`,
      mode: '0644',
      owner: 'root',
      group: 'root',
    });
    if (planned === undefined) return undefined;
    const {summary, makes} = planned;
    return {kind: 'state', summary: `${summary} with the key ${wanted}`, makes, file: planned};
  },
  async apply(host, {file}) {
    await write(host, file);
  },
  output: (args) => ({dest: args.dest, fingerprint: fingerprintOf(args.key)}),
};

function fingerprintOf(text: string): string {
  const [found, ...more] = publicKeysIn(text);
  if (found === undefined || found === '' || more.length > 0)
    refuse(
      `'key' holds ${found === undefined ? 'no' : found === '' ? 'a broken' : 'more than one'} public key, expected one, of OpenPGP (armored) or PEM`,
    );
  return found;
}
