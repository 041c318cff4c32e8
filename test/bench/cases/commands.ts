import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {BenchCase} from '../bench.js';
import {onAll} from '../hosts.js';
import {interleaved, measured, type Side} from '../measure.js';
import {ourSide} from '../ours.js';
import {havePyinfra, pyinfraInventory} from '../peers.js';

const count = 100;
const trace = '/tmp/bench-commands';
const numbers = Array.from({length: count}, (_, index) => index);
const commandOf = (number: number): string => `echo ${number} >> ${trace}`;

/** A hundred commands, one after the other, on one host. */
export const commands: BenchCase = {
  name: 'commands',
  run: async (options) => {
    const lab = await options.lab();
    const [host] = lab.hosts;
    if (host === undefined) throw new Error('the lab has no host');
    const write = (name: string, text: string): string => {
      writeFileSync(join(options.folder, name), text);
      return join(options.folder, name);
    };
    const tasks = numbers.map((number) => `    - shell: ${commandOf(number)}\n`);
    const site = write('commands.yml', `- hosts: ${host.name}\n  tasks:\n${tasks.join('')}`);
    const operations = numbers.map((number) => `server.shell(name="${number}", commands=["${commandOf(number)}"])\n`);
    const deploy = write('commands.py', `from pyinfra.operations import server\n${operations.join('')}`);
    const inventory = write('commands-inventory.py', pyinfraInventory({hosts: [host], files: lab.files}));
    const lines = numbers.map((number) => `${commandOf(number)}; echo done`).join('\n');
    const shell = write(
      'commands.sh',
      `coproc ssh -F ${lab.files.config} -o BatchMode=yes ${host.name} exec sh
while read -r line; do echo "$line" >&"\${COPROC[1]}"; read -r answer <&"\${COPROC[0]}"; done <<'END'
${lines}
END
`,
    );
    const pyinfra = await havePyinfra(options.report);
    const checked = (side: Side): Side => ({
      ...side,
      before: async () => {
        await onAll(lab, `rm -f ${trace}`);
      },
      check: async () => {
        const {stdout} = await lab.ssh(host.name, `cat ${trace}`);
        if (stdout !== numbers.map((number) => `${number}\n`).join(''))
          throw new Error(`${side.name} left out commands:\n${stdout}`);
      },
    });
    const sides: readonly Side[] = [
      ourSide('u7s-play', [site, '-i', lab.inventory()]),
      {
        name: 'pyinfra',
        run: () => measured(['env', '-C', options.folder, join(pyinfra, 'bin/pyinfra'), '-y', inventory, deploy]),
      },
      {name: 'one kept shell', run: () => measured(['bash', shell])},
    ];
    return [
      {
        case: `${count} commands in turn on 1 host`,
        figures: await interleaved(sides.map(checked), options),
        reaches: [
          {kind: 'faster', times: 3, than: 'pyinfra'},
          {kind: 'at-most', times: 1.5, of: 'one kept shell'},
        ],
        compared: 'what the commands left, in its order',
      },
    ];
  },
};
