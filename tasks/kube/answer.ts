import {createHash} from 'node:crypto';
import {sh, type Raw} from '../../engine/host.js';
import {NoAnswer, type Remedy} from '../../engine/task.js';
import {orSilent, silenceOf, silentCode} from './silence.js';

/** What a command that asks a cluster said. */
export type Answer =
  | {readonly status: 'ok'; readonly text: string}
  /** There is no cluster to ask: the machine never had the program, or no file says where it is. */
  | {readonly status: 'no-cluster'}
  /** The program cannot be run, although the machine has it, or has what it is for. */
  | {readonly status: 'silent'; readonly text: string}
  /** There is one, and it does not answer now. */
  | {readonly status: 'unreachable'; readonly text: string}
  | {readonly status: 'refused'; readonly text: string};

/** The end of a record: no JSON and no message holds it. */
const end = '\u001e';

/** A call of kubectl that writes nothing on the machine and does not wait for long. */
export function kubectl(kubeconfig: string | Raw): Raw {
  return {script: sh`kubectl --kubeconfig ${kubeconfig} --cache-dir /dev/null/none --request-timeout 15s`};
}

/** A script that runs a command and tells its status and all that it said as one record. */
export function record(command: string): string {
  return `out=$( { ${command}\n} 2>&1 </dev/null); printf '%s\\n%s\\n\\036\\n' $? "$out"`;
}

/**
 * Asks whether the cluster answers at all: `$down` is then empty, or what was said, with the status in `$code`. A script asks each kubeconfig's cluster once.
 * kubectl itself would try for many seconds to find out what a silent server serves. Where one of `traces` exists there is a cluster, whether kubectl is there or not.
 */
export function knock(kubeconfig: string, traces: readonly string[] = [kubeconfig]): string {
  const name = rememberedAs('knock', kubeconfig);
  return `if [ -n "\${${name}-}" ]; then code=$${name} said=$${name}_said; else
code=0; said=$( { ${kubectl(kubeconfig).script} get --raw /version\n} 2>&1 </dev/null) || code=$?
${name}=$code ${name}_said=$said
fi
${orSilent('kubectl', traces)}
down=; [ $code = 0 ] || down=\${said:-no answer}`;
}

/**
 * Asks for one path of the API, whose answer is then in `$said`, and ends the script where there is none. One call, which does not try for long:
 * what the server serves need not be known.
 */
export function fetched(kubeconfig: string, path: string, traces: readonly string[] = [kubeconfig]): string {
  return `code=0; said=$( { ${sh`${kubectl(kubeconfig)} get --raw ${path}`}\n} 2>&1 </dev/null) || code=$?
${orSilent('kubectl', traces)}
[ $code = 0 ] || { printf '%s\\n' "$said"; exit $code; }`;
}

/** A variable in which a script remembers what it learnt by a kubeconfig. */
export function rememberedAs(what: string, kubeconfig: string): string {
  return `${what}_${createHash('sha256').update(kubeconfig).digest('hex').slice(0, 12)}`;
}

/** A command that is run only when the cluster has answered `knock`. */
export function ifAnswering(command: string): string {
  return `[ -z "$down" ] || { printf '%s\\n' "$down"; exit $code; }\n${command}`;
}

/** The records that scripts of `record` wrote, in order. */
export function answers(stdout: string): readonly Answer[] {
  return stdout
    .split(`\n${end}\n`)
    .slice(0, -1)
    .map((text) => {
      const line = text.indexOf('\n');
      return judge(Number(text.slice(0, line)), text.slice(line + 1));
    });
}

function judge(code: number, text: string): Answer {
  if (code === 0) return {status: 'ok', text};
  if (code === silentCode) return {status: 'silent', text};
  if (/x509: /.test(text)) return {status: 'refused', text: text.trim()};
  if (
    code === 75 ||
    /cannot access socket|connection refused|connection to the server \S+ was refused|unable to connect|i\/o timeout|no route to host|\bEOF\b|deadline exceeded|TLS handshake timeout|connection reset|ServiceUnavailable|unable to handle the request/i.test(
      text,
    )
  ) {
    return {status: 'unreachable', text: text.trim()};
  }
  if (code === 127 || /\bstat .*: no such file|no configuration has been provided|invalid configuration: no/.test(text))
    return {status: 'no-cluster'};
  return {status: 'refused', text: text.trim()};
}

/** The JSON of an answer; warnings may stand before it. */
export function json(text: string): unknown {
  const start = text.search(/^[{[]/m);
  if (start === -1) throw new Error(`expected JSON, found: ${text.slice(0, 200)}`);
  return JSON.parse(text.slice(start)) as unknown;
}

/** The objects of what `get -o json` said: none, one, or a list. */
export function objectsOf(text: string): readonly unknown[] {
  if (text.trim() === '') return [];
  const said = json(text) as {readonly kind?: string; readonly items?: readonly unknown[]};
  return said.kind === 'List' ? (said.items ?? []) : [said];
}

/** The questions of each kubeconfig, which one call may answer together. */
export function byKubeconfig<Key extends {readonly kubeconfig: string}>(
  keys: readonly Key[],
): readonly (readonly [kubeconfig: string, keys: readonly Key[]])[] {
  const names = [...new Set(keys.map(({kubeconfig}) => kubeconfig))];
  return names.map((name) => [name, keys.filter(({kubeconfig}) => kubeconfig === name)]);
}

/** What may bring a silent cluster back: a service that is started, kubeadm, or what is waited for. */
const revivals: readonly Remedy[] = [
  'unit',
  'kubeadm',
  'kubeadm_member',
  'kube_status',
  'etcd_status',
  'port',
  'url',
].map((kind) => ({kind}));

/** That a cluster, or somebody else who lives with it, does not answer now. */
export function unanswered(who: string, text: string): NoAnswer {
  return new NoAnswer(who, lastLine(text), revivals);
}

/** What the cluster said; undefined where there is no cluster. Throws where there is one and it does not tell. */
export function textOf(answer: Answer): string | undefined {
  switch (answer.status) {
    case 'ok':
      return answer.text;
    case 'no-cluster':
      return undefined;
    case 'silent':
      throw silenceOf('kubectl', answer.text);
    case 'unreachable':
      throw unanswered('the cluster', answer.text);
    case 'refused':
      throw new Error(`the cluster refuses to tell: ${lastLine(answer.text)}`);
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
