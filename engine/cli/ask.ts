import {createInterface} from 'node:readline/promises';
import {Writable} from 'node:stream';
import {BadInput} from '../diagnostic.js';

/** Asks on the terminal for something that is not shown while it is typed. */
export async function askSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new BadInput([
      {
        severity: 'error',
        at: undefined,
        message: `"${prompt}" cannot be asked without a terminal`,
        hint: 'set the variable in the inventory instead',
      },
    ]);
  }
  process.stderr.write(`${prompt}: `);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({input: process.stdin, output: nowhere, terminal: true});
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
