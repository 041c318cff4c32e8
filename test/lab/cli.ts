import {spawn} from 'node:child_process';
import {parseArgs} from 'node:util';
import {Lab} from './lab.js';
import {sshCommand} from './ssh.js';
import {statusTable} from './status.js';

const usage = `usage: npm run lab -- COMMAND [HOST…] [--name NAME] [--subnet 10.77.0.0/24] [--hosts lb1,cp1,w1,w2]

  up [HOST…]         start hosts (default: all of the lab) and wait until they answer; cp1+31 has a second address
  down               end all hosts and remove everything that the lab made, but its caches
  status             show each host's address, state, memory and uptime
  ssh HOST [WORD…]   a shell on a host, or one command
  restart HOST…      shut hosts down in order and start them again
  stop HOST…         shut hosts down in order
  kill HOST…         end hosts as a power cut would
  cut HOST…          lose all packets of hosts, in silence
  mend HOST…         let them through again
  save               put all hosts aside as they are; 'restore' starts from them, also after 'down'
  restore            take the hosts down and start those that were put aside

  --name NAME        which lab (default u7s); each has its own network and hosts
  --subnet NETWORK   its network, a /24 (default 10.77.0.0/24)
  --hosts LIST       the hosts of 'up' (default lb1,cp1,w1,w2)`;

function say(line: string): void {
  process.stdout.write(line + '\n');
}

class UsageError extends Error {}

async function sshInto(lab: Lab, [host, ...words]: readonly string[]): Promise<number> {
  if (host === undefined) throw new UsageError('ssh needs the name of a host');
  const [ssh, ...options] = sshCommand(lab.name, lab.host(host).name);
  const child = spawn(ssh, [...options, ...words], {stdio: 'inherit'});
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 255);
    });
  });
}

async function forEach(hosts: readonly string[], action: (host: string) => Promise<void>): Promise<void> {
  if (hosts.length === 0) throw new UsageError('expected the name of a host');
  for (const host of hosts) await action(host);
}

/** Parts the lab's own words from a command for a host: what follows `ssh HOST` and the lab's options, with options of its own. */
function splitCommand(argv: readonly string[]): readonly [own: readonly string[], words: readonly string[]] {
  const takesValue = /^--(name|subnet|hosts)$/;
  let positionals = 0;
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (takesValue.test(word)) index++;
    else if (/^--(name|subnet|hosts)=/.test(word)) continue;
    else if (++positionals === 1 && word !== 'ssh') return [argv, []];
    else if (positionals > 2) return [argv.slice(0, index), argv.slice(index)];
  }
  return [argv, []];
}

async function main(argv: readonly string[]): Promise<number> {
  const [own, words] = splitCommand(argv);
  const {values, positionals} = parseArgs({
    args: [...own],
    allowPositionals: true,
    options: {
      name: {type: 'string'},
      subnet: {type: 'string'},
      hosts: {type: 'string'},
      help: {type: 'boolean', short: 'h'},
    },
  });
  const [verb, ...hosts] = positionals;
  if (values.help === true || verb === undefined) {
    say(usage);
    return values.help === true ? 0 : 1;
  }
  const begun = Date.now();
  const lab = await Lab.open({name: values.name, subnet: values.subnet, report: say});
  const listed = (values.hosts ?? 'lb1,cp1,w1,w2').split(',').filter(Boolean);
  switch (verb) {
    case 'up':
      await lab.up(
        hosts.length > 0
          ? hosts
          : values.hosts === undefined && lab.hosts.length > 0
            ? lab.hosts.map(({name}) => name)
            : listed,
      );
      say(
        `lab '${lab.name}' is up after ${((Date.now() - begun) / 1000).toFixed(1)} s; reach a host by: ssh -F ${lab.files.config} HOST`,
      );
      return 0;
    case 'down':
      await lab.down();
      say(`lab '${lab.name}' is down, nothing of it is left`);
      return 0;
    case 'status':
      if (lab.hosts.length === 0) say(`lab '${lab.name}' is not up`);
      else for (const line of statusTable(await lab.status())) say(line);
      return 0;
    case 'ssh':
      return sshInto(lab, [...hosts, ...words]);
    case 'restart':
      await forEach(hosts, async (host) => {
        await lab.stop(host);
        await lab.start(host);
      });
      return 0;
    case 'stop':
      await forEach(hosts, (host) => lab.stop(host));
      return 0;
    case 'kill':
      await forEach(hosts, (host) => lab.kill(host));
      return 0;
    case 'cut':
      await forEach(hosts, (host) => lab.cut(host));
      return 0;
    case 'mend':
      await forEach(hosts, (host) => lab.mend(host));
      return 0;
    case 'save':
      await lab.save();
      return 0;
    case 'restore':
      if (await lab.restore()) return 0;
      throw new Error(`no hosts of lab '${lab.name}' were put aside`);
  }
  throw new UsageError(`unknown command '${verb}'`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`${usage}\n`);
  process.exitCode = 1;
}
