import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {seal} from '../../engine/vault/cipher.js';
import {formatEnvelope} from '../../engine/vault/format.js';
import {createProgram, type Program} from '../cli/program.js';
import {withLab, words} from './lab-machines.js';

/** Secrets that can be told apart wherever they turn up. */
const canaries = {
  content: 'canary-content-5f1e07',
  template: 'canary-template-91ab3c',
  file: 'canary-file-line-77e2d0',
  hash: '$6$canarysalt41$canaryhash62c8d1canaryhash62c8d1',
  environment: 'canary-environment-0c9b5e',
  script: 'canary-script-d40a17',
  input: 'canary-input-8be263',
  unless: 'canary-unless-3a77f9',
  header: 'canary-header-c1d864',
  body: 'canary-body-2e905b',
  query: 'canary-query-6d11aa',
  object: 'canary-object-f83c42',
  line: 'canary-line-a0b7d6',
  failure: 'canary-failure-19e5c3',
} as const;
type Name = keyof typeof canaries;

const password = 'the-vault-password';
const sealed = (text: string): string =>
  formatEnvelope({label: 'default', digits: seal(Buffer.from(text), Buffer.from(password))});

/** A program in the place of kubectl: it answers, and lives long enough to be seen. */
const kubectl = '#!/bin/sh\ncase " $* " in *" -f - "*) cat >/dev/null ;; esac\nsleep 0.3\n';

const playbook = `- hosts: one
  become: true
  tasks:
    - {name: Have a folder, file: {path: /srv/expected, state: directory, mode: "0700"}}
    - {name: Have a program, copy: {content: ${JSON.stringify(kubectl)}, dest: /usr/local/bin/kubectl, mode: "0755"}}
    - {name: Copy content, copy: {content: "is {{v.content}}\\n", dest: /srv/expected/content, mode: "0600"}}
    - {name: Render, template: {src: t.hbs, dest: /srv/expected/template, mode: "0600"}}
    - {name: Copy a file, copy: {src: secret.pem, dest: /srv/expected/pem, mode: "0600"}}
    - {name: Have a line, lineinfile: {path: /srv/expected/content, line: "password={{v.line}}"}}
    - {name: Have a user, user: {name: canary, password: "{{v.hash}}", create_home: false}}
    - {name: Use an environment, command: sleep 1, environment: {TOKEN: "{{v.environment}}"}}
    - {name: Run a script, shell: "printf %s {{v.script}} | cat >/dev/null; sleep 1"}
    - {name: Ask first, shell: {cmd: touch /srv/expected/asked, unless: "sleep 1; : {{v.unless}}; test -e /srv/expected/asked"}}
    - {name: Give input, command: {cmd: sh -c 'cat >/dev/null; sleep 1' visible-argument, stdin: "{{v.input}}"}}
    - name: Send
      uri:
        url: "http://10.44.0.250/?token={{v.query}}"
        method: POST
        headers: {X-Token: "{{v.header}}"}
        body: {key: "{{v.body}}"}
        body_format: json
        timeout: 2
      ignore_errors: true
    - name: Have an object
      kube_object:
        kubeconfig: /etc/hosts
        definition: {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: n}, data: {key: "{{v.object}}"}}
      ignore_errors: true
    - {name: "Say {{v.content}}", debug: {msg: "it is {{v.content}} and {{b64encode v.content}}"}}
    - {name: Fail, shell: "echo {{v.failure}} >&2; exit 3", ignore_errors: true}
    - {name: Register, shell: "echo {{v.failure}}", register: told}
    - {name: Tell, debug: {msg: "{{told.stdout}}"}}
`;

describe('secrets, on real hosts', function () {
  this.timeout(300_000);
  const here = withLab({name: 'hsec', subnet: '10.44.0.0/24'});
  let program: Program;
  let login: string;

  before(() => {
    program = createProgram();
    const {key, knownHosts, password: loginFile} = here.lab.files;
    login = readFileSync(loginFile, 'utf8').trim();
    const reached = `ansible_host: ${here.lab.host('one').address}, ansible_user: deploypw`;
    const how = `ansible_ssh_private_key_file: "${key}", ansible_ssh_known_hosts_file: "${knownHosts}"`;
    const become = `ansible_become_password: !vault |\n${sealed(login).replaceAll(/^/gm, '    ')}`;
    program.write('lab.yml', `all:\n  hosts: {one: {${reached}, ${how}}}\n`);
    program.write('host_vars/one/login.yml', become);
    program.write('host_vars/one/vault.yml', sealed(JSON.stringify({v: canaries})));
    program.write('files/secret.pem', sealed(`first of the lines\n${canaries.file}\n`));
    program.write('templates/t.hbs', 'key = {{v.template}}\n');
    program.write('site.yml', playbook);
    program.write('pass', password);
  });
  after(() => {
    (program as Program | undefined)?.remove();
  });

  const root = (script: string): Promise<string> => words(here.machine('one').host({context: 'plain'}), script);
  const all = (): readonly string[] => [...Object.values(canaries), login];
  /** Which secrets are in a text, as they are or in base64. */
  const found = (text: string): readonly string[] =>
    all().filter(
      (secret) => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64').slice(0, -4)),
    );

  function filesBelow(folder: string): readonly string[] {
    return readdirSync(folder, {recursive: true, encoding: 'utf8'})
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
  }

  it('are on no output, in no file of the controller, on no disk and in no process list but where they belong', async () => {
    const given = ['-i', 'lab.yml', '--vault-password-file', 'pass'];
    const outputs: Record<string, string> = {};
    const run = async (name: string, ...line: readonly string[]): Promise<number | null> => {
      const {code, stdout, stderr} = await program.run(...line);
      outputs[name] = stdout + stderr;
      return code;
    };
    const reports = ['--output', 'plain', '--output', 'json:events.json', '--output', 'junit:report.xml'];

    const sampling = here.machine('one').host({context: 'plain'}).exec(sampler, {timeout: 250});
    const code = await run('run', 'site.yml', ...given, '--diff', '-vvv', ...reports);
    await root('touch /run/u7s-samples/stop');
    await sampling;
    expect(code, outputs['run']).to.equal(0);
    expect(await run('check', 'site.yml', ...given, '--check', '--diff', '-vvv', '--plan', 'plan.json')).to.equal(0);
    expect(await run('runs', 'runs', '-i', 'lab.yml')).to.equal(0);
    expect(await run('show', 'show', 'last', '--diff', '-i', 'lab.yml')).to.equal(0);
    for (const format of ['text', 'mermaid', 'dot', 'json'])
      expect(await run(`graph ${format}`, 'graph', 'site.yml', ...given, '--format', format, '--tasks')).to.equal(0);
    expect(await run('inventory', 'inventory', '--list', ...given)).to.equal(0);
    expect(await run('vars', 'vars', 'one', ...given)).to.equal(0);

    for (const [name, text] of Object.entries(outputs)) expect(found(text), `${name}:\n${text}`).to.deep.equal([]);
    expect(outputs['run']).to.include('it is *** and ***').and.include('+password=***').and.include('Say ***');
    for (const path of filesBelow(program.folder)) expect(found(readFileSync(path, 'latin1')), path).to.deep.equal([]);
    const kept = filesBelow(program.folder).join('\n');
    for (const name of ['events.json', 'report.xml', 'plan.json', '.jsonl']) expect(kept).to.include(name);

    const samples = await root('cat /run/u7s-samples/cmdline');
    for (const seen of ['visible-argument', 'curl -sS', 'kubectl --kubeconfig', '/bin/sh -c'])
      expect(samples).to.include(seen);
    expect(found(samples)).to.deep.equal([]);
    const environments = await root('cat /run/u7s-samples/environ');
    expect(found(environments)).to.deep.equal([canaries.environment]);

    const disk = await diskWith(all());
    expect(disk['content'], 'what was copied').to.deep.equal(['/srv/expected/content']);
    for (const [name, paths] of Object.entries(disk)) {
      const belongs = (path: string): boolean =>
        path.startsWith('/srv/expected/') || (name === 'hash' && /^\/etc\/shadow-?$/.test(path));
      expect(
        paths.filter((path) => !belongs(path)),
        `files that hold ${name}`,
      ).to.deep.equal([]);
    }
  });

  /** The files of the whole disk that hold a secret, by its name. */
  async function diskWith(secrets: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
    const names = [...(Object.keys(canaries) as Name[]), 'login'];
    const found: Record<string, readonly string[]> = {};
    const patterns = `${secrets.join('\n')}\n`;
    const host = here.machine('one').host({context: 'plain'});
    // The journal packs what it keeps.
    const script = `journalctl -q --no-pager -o cat >/run/u7s-samples/journal 2>/dev/null
cat >/run/u7s-samples/patterns
grep -rlaF --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev -f /run/u7s-samples/patterns / 2>/dev/null | while read -r f; do
case $f in /run/u7s-samples/patterns|/run/u7s-samples/environ) continue ;; esac
n=0; while read -r p; do grep -qaF -e "$p" "$f" && printf '%s %s\\n' "$n" "$f"; n=$((n+1)); done </run/u7s-samples/patterns
done`;
    const {stdout} = await host.run(script, {input: patterns, timeout: 200, label: 'search the disk'});
    for (const name of names) found[name] = [];
    for (const line of stdout.split('\n').filter((each) => each !== '')) {
      const [index = '', path = ''] = line.split(/ (.*)/s);
      const name = names[Number(index)] ?? '';
      found[name] = [...(found[name] ?? []), path];
    }
    return found;
  }
});

/** Notes the command lines and environments of all processes, again and again, until it is told to stop. */
const sampler = `mkdir -p /run/u7s-samples && cd /run/u7s-samples || exit
while [ ! -e stop ]; do
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>cmdline
cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' >>environ
sleep 0.03
done`;
