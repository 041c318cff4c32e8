import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {packageRoot} from '../engine/root.js';
import {haveBundle} from './lab/bundle/build.js';
import {Lab} from './lab/lab.js';

const hosts = ['lb1', 'cp1', 'w1', 'w2'];
const site = ['playbooks/site.yml', '-i', 'inventories/lab/hosts.yml'];

function say(text: string): void {
  console.log(`\n\u001b[1m${text}\u001b[0m`);
}

/** Runs u7s-play as a user would, on this terminal; ends the demo where it ends badly. */
async function play(...words: readonly string[]): Promise<void> {
  say(`$ u7s-play ${words.join(' ')}`);
  const child = spawn(process.execPath, [join(packageRoot, 'dist/engine/main.js'), ...words], {
    cwd: packageRoot,
    stdio: 'inherit',
  });
  // Ctrl-C reaches both; the run ends cleanly by itself, and the demo after it.
  process.once('SIGINT', () => undefined);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve(status ?? 1);
    });
  });
  if (code !== 0) {
    say(
      `This step ended with ${code}. The hosts are left as they are: \`npm run lab -- status\`, \`npm run lab -- ssh cp1\`, and \`npm run demo\` goes on.`,
    );
    process.exit(code);
  }
}

const report = (line: string): void => {
  console.log(line);
};

say('1. The bundle: Kubernetes and its images, built from source once');
await haveBundle(report);

say('2. Four hosts: a balancer, a control plane, two workers');
const lab = await Lab.open({report});
await lab.up(hosts);

say('3. What would be done: nothing is touched');
await play(...site, '--check');

say('4. A cluster');
await play(...site);

say('5. The same again: nothing is left to do');
await play(...site);

say('6. A damaged setting: the check shows what it would repair, and only that');
await lab.ssh('w1', 'sysctl -qw net.ipv4.ip_forward=0');
await play(...site, '--check', '--diff');
await play(...site);

say('The nodes, asked through the balancer');
console.log((await lab.ssh('cp1', 'bash -lc "kubectl get nodes -o wide"')).stdout);
say('What to type next');
console.log(`  npm run lab -- ssh cp1       a shell on the control plane: kubectl, kubeadm and ctr work there
  npm run lab -- status        the hosts, their memory, their age
  npm run lab -- down          everything away again
  npx u7s-play graph ${site.join(' ')}      what waits for what

  The administrator's kubeconfig is inventories/lab/admin.conf; it goes through the balancer.`);
