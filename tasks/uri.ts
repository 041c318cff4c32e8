import {ask, refuse, Refused, type Change, type FactRequest, type Values} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {withAccounts} from './files/accounts.js';
import type {Placement} from './files/placement.js';
import {write} from './files/write.js';
import {keepingReads, keepingValues, planKeeping, type KeepingChange} from './uri/keeping.js';
import {urlAnswer, urlFact, urlScript, type UrlKey, type UrlState} from './facts/url.js';

export interface UriArgs extends Placement {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly body_format: 'raw' | 'json' | 'form-urlencoded';
  readonly status_code: number | readonly number[];
  readonly until_status?: readonly number[];
  readonly creates?: string;
  readonly removes?: string;
  readonly until_timeout: number;
  readonly until_sleep: number;
  readonly validate_certs: boolean;
  readonly ca_path?: string;
  readonly unix_socket?: string;
  readonly url_username?: string;
  readonly url_password?: string;
  readonly timeout: number;
  readonly follow_redirects: boolean | 'all' | 'yes' | 'safe' | 'no' | 'none';
  readonly dest?: string;
}

interface UriChange extends Change {
  readonly request: UrlKey;
  readonly status: readonly number[];
  readonly wait?: {readonly timeout: number; readonly every: number; readonly what: string};
}

/** The body as it is sent, and the kind of data that it is. */
function bodyOf({body, body_format: format}: UriArgs): {readonly text?: string; readonly type?: string} {
  if (body === undefined) return {};
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  switch (format) {
    case 'raw':
      return {text};
    case 'json':
      return {text: JSON.stringify(body), type: 'application/json'};
    case 'form-urlencoded': {
      if (typeof body === 'string') return {text, type: 'application/x-www-form-urlencoded'};
      const fields = Object.entries(Object(body) as Record<string, unknown>).flatMap(([name, value]) =>
        (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map((each): [string, string] => [
          name,
          String(each),
        ]),
      );
      return {text: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded'};
    }
  }
}

function statusOf({status_code: status}: UriArgs): readonly number[] {
  return typeof status === 'number' ? [status] : status;
}

function requestOf(args: UriArgs): UrlKey {
  const {text, type} = bodyOf(args);
  return {
    url: args.url,
    method: args.method,
    headers: {...(type === undefined ? {} : {'Content-Type': type}), ...args.headers},
    ...(text === undefined ? {} : {body: text}),
    validateCerts: args.validate_certs,
    ...(args.ca_path === undefined ? {} : {caPath: args.ca_path}),
    ...(args.unix_socket === undefined ? {} : {socket: args.unix_socket}),
    ...(args.url_username === undefined ? {} : {user: args.url_username}),
    ...(args.url_password === undefined ? {} : {password: args.url_password}),
    timeout: args.timeout,
    followRedirects: followsRedirects(args),
    // A document that is kept is no word about the machine's own state.
    ...(args.dest === undefined ? {} : {published: true}),
  };
}

function followsRedirects({follow_redirects: word, method}: UriArgs): boolean {
  if (word === 'safe') return method === 'GET' || method === 'HEAD';
  return word === true || word === 'all' || word === 'yes';
}

/** Requests that only ask may be sent while planning. */
function onlyAsks(args: UriArgs): boolean {
  return args.method === 'GET' || args.method === 'HEAD';
}

interface Facts {
  readonly answers: readonly UrlState[];
  readonly creates: readonly FileState[];
  readonly removes: readonly FileState[];
  /** Where the answer goes: the place that is named, and the one in it. */
  readonly kept: readonly FileState[];
  readonly parent: readonly FileState[];
}

/** What the request is for is there already. */
function isDone({creates, removes}: Facts): boolean {
  return creates.some(({exists}) => exists) || removes.some(({exists}) => !exists);
}

export const uri = withAccounts<UriArgs, Facts, UriChange | KeepingChange>({
  name: 'uri',
  reads: (args) => ({
    answers: onlyAsks(args) ? [ask(urlFact, requestOf(args))] : [],
    creates: filesAt(args.creates),
    removes: filesAt(args.removes),
    ...keepingReads(args),
  }),
  plan(args, facts) {
    if (isDone(facts)) return undefined;
    const {answers} = facts;
    const request = requestOf(args);
    const answer = answers[0];
    const {until_status: until} = args;
    if (answer === undefined) {
      if (args.dest !== undefined) refuse("'dest' is for GET: write what was registered with copy");
      if (until !== undefined)
        refuse("'until_status' is for GET and HEAD: a request that changes something is sent once");
      return {
        kind: 'action',
        summary: `${args.method} ${args.url}`,
        makes: [],
        undeclared: true,
        request,
        status: statusOf(args),
      };
    }
    if (until !== undefined) {
      if (until.includes(answer.status)) return undefined;
      const what = `${args.url} to answer ${until.join(' or ')}`;
      const wait = {timeout: args.until_timeout, every: args.until_sleep, what};
      return {kind: 'wait', summary: `wait for ${what}`, makes: [], request, status: until, wait};
    }
    demandStatus(answer, statusOf(args), args.url);
    return planKeeping(args, facts, answer.content);
  },
  async apply(host, change) {
    if ('write' in change) return write(host, change.write);
    const {request, status, wait} = change;
    if (wait === undefined) {
      const result = await host.run(urlScript(request), {label: `${request.method} ${request.url}`});
      const answer = urlAnswer(result.stdout);
      demandStatus(answer, status, request.url);
      return values(request.url, answer);
    }
    const script = `out=$( ${urlScript(request)} ); printf '%s\\n' "$out"; case $(printf '%s' "$out" | head -n 1 | base64 -d) in ${status.map((each) => `*${each}`).join('|')}) ;; *) exit 1 ;; esac`;
    const result = await host.until(script, wait);
    return values(request.url, urlAnswer(result.stdout));
  },
  output: (args, {answers, ...facts}) => ({
    ...(answers[0] === undefined ? {url: args.url} : values(args.url, answers[0])),
    ...keepingValues(args, facts),
  }),
});

function filesAt(path: string | undefined): readonly FactRequest<FileState>[] {
  return path === undefined ? [] : [ask(fileFact, {path, digest: false})];
}

function demandStatus(answer: UrlState, wanted: readonly number[], url: string): void {
  if (wanted.includes(answer.status)) return;
  if (answer.error !== undefined)
    throw new Refused(`${url} does not answer: ${answer.error}`, undefined, {url, status: -1});
  const said = answer.content.trim().slice(0, 500);
  const message = `${url} answered ${answer.status}, expected ${wanted.join(' or ')}${said === '' ? '' : `: ${said}`}`;
  throw new Refused(message, undefined, values(url, answer));
}

function values(url: string, answer: UrlState): Values {
  return {url, status: answer.status, content: answer.content, ...json(answer.content)};
}

function json(text: string): {readonly json?: unknown} {
  try {
    return {json: JSON.parse(text) as unknown};
  } catch {
    return {};
  }
}
