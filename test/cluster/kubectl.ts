import {expect} from 'chai';
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {tryCommand, type Finished} from '../lab/process.js';
import type {Fingerprint} from './fingerprint.js';
import type {Fleet} from './fleet.js';

/** The part of an API object that the tests look at. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {readonly nodeName?: string; readonly clusterIP?: string};
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly {readonly type: string; readonly status: string}[];
    readonly numberReady?: number;
    readonly desiredNumberScheduled?: number;
    readonly containerStatuses?: readonly {readonly restartCount: number}[];
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** A command that goes on, with what it has said so far. */
export interface Stream {
  said(): string;
  over(): boolean;
  write(text: string): void;
  end(): void;
}

/** The bundle's kubectl on the controller, with the admin kubeconfig that the site leaves there. */
export class Kubectl {
  readonly #program: string;
  readonly kubeconfig: string;

  constructor(fleet: Fleet) {
    this.#program = join(fleet.bundle, 'bin/kubectl');
    this.kubeconfig = fleet.kubeconfig;
  }

  /** Any exit status is a result. */
  try(words: string, input?: string): Promise<Finished> {
    const command = [this.#program, `--kubeconfig=${this.kubeconfig}`, ...words.split(' ')] as const;
    return tryCommand([...command], {timeout: 90, ...(input === undefined ? {} : {input})});
  }

  /** What it printed; a status that is not 0 fails the test. */
  async run(words: string, input?: string): Promise<string> {
    const {code, stdout, stderr} = await this.try(words, input);
    expect(code, `kubectl ${words}\n${stdout}${stderr}`).to.equal(0);
    return stdout.trim();
  }

  /** One object. */
  async get(words: string): Promise<KubeObject> {
    return JSON.parse(await this.run(`get ${words} -o json`)) as KubeObject;
  }

  /** The objects of a list. */
  async list(words: string): Promise<readonly KubeObject[]> {
    return (JSON.parse(await this.run(`get ${words} -o json`)) as {items: readonly KubeObject[]}).items;
  }

  /** Runs a shell script in a pod, for a minute at most unless more seconds are given. */
  async inPod(pod: string, script: string, {seconds = 60}: {readonly seconds?: number} = {}): Promise<string> {
    const [namespace = '', name = ''] = pod.split('/');
    const command = [this.#program, `--kubeconfig=${this.kubeconfig}`, '-n', namespace, 'exec', name, '--'] as const;
    const {code, stdout, stderr} = await tryCommand([...command, 'sh', '-c', script], {timeout: seconds});
    expect(code, `in pod ${pod}: ${script}\n${stdout}${stderr}`).to.equal(0);
    return stdout.trim();
  }

  /** Starts what does not end by itself: `logs -f`, `exec -i`. */
  stream(words: string): Stream {
    const child = spawn(this.#program, [`--kubeconfig=${this.kubeconfig}`, ...words.split(' ')], {stdio: 'pipe'});
    let said = '';
    let over = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
    child.stdin.on('error', () => undefined);
    child.once('close', () => {
      over = true;
    });
    return {
      said: () => said,
      over: () => over,
      write: (text) => child.stdin.write(text),
      end: () => child.kill('SIGKILL'),
    };
  }

  /** The cluster's objects that the site makes or causes, each with its identity and the revision of its specification. */
  async fingerprint(): Promise<Fingerprint> {
    const kinds = 'namespaces,daemonsets,deployments,services,configmaps,serviceaccounts,secrets,nodes';
    const wide = await this.list(`${kinds},clusterroles,clusterrolebindings -A`);
    return new Map(
      wide.map(({kind, metadata, data}) => {
        const name = `object ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
        return [name, `${metadata.uid} ${metadata.generation ?? ''} ${JSON.stringify(data ?? '')}`];
      }),
    );
  }
}

/** Waits until a condition holds, asking again and again; fails the test with what was seen last when it does not within its seconds. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T>,
  {holds, seconds}: {readonly holds: (seen: T) => boolean; readonly seconds: number},
): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > until) {
      throw new Error(`not within ${seconds} s: ${what}; last seen: ${JSON.stringify(seen).slice(0, 3000)}`);
    }
    await sleep(300);
  }
}
