import {ask, refuse, type Change, type TaskModule, type Values} from '../engine/task.js';
import {urlAnswer, urlFact, urlScript, type UrlKey, type UrlState} from './facts/url.js';

export interface UriArgs {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly body_format: 'raw' | 'json';
  readonly status_code: readonly number[];
  readonly until_status?: readonly number[];
  readonly until_timeout: number;
  readonly until_sleep: number;
  readonly validate_certs: boolean;
  readonly ca_path?: string;
  readonly unix_socket?: string;
  readonly url_username?: string;
  readonly url_password?: string;
  readonly timeout: number;
  readonly follow_redirects: boolean;
}

interface UriChange extends Change {
  readonly request: UrlKey;
  readonly status: readonly number[];
  readonly wait?: {readonly timeout: number; readonly every: number; readonly what: string};
}

function requestOf(args: UriArgs): UrlKey {
  const isJson = args.body !== undefined && args.body_format === 'json';
  const text = isJson
    ? JSON.stringify(args.body)
    : typeof args.body === 'string'
      ? args.body
      : JSON.stringify(args.body);
  return {
    url: args.url,
    method: args.method,
    headers: {...(isJson ? {'Content-Type': 'application/json'} : {}), ...args.headers},
    ...(args.body === undefined ? {} : {body: text}),
    validateCerts: args.validate_certs,
    ...(args.ca_path === undefined ? {} : {caPath: args.ca_path}),
    ...(args.unix_socket === undefined ? {} : {socket: args.unix_socket}),
    ...(args.url_username === undefined ? {} : {user: args.url_username}),
    ...(args.url_password === undefined ? {} : {password: args.url_password}),
    timeout: args.timeout,
    followRedirects: args.follow_redirects,
  };
}

/** Requests that only ask may be sent while planning. */
function onlyAsks(args: UriArgs): boolean {
  return args.method === 'GET' || args.method === 'HEAD';
}

export const uri: TaskModule<UriArgs, {readonly answers: readonly UrlState[]}, UriChange> = {
  name: 'uri',
  reads: (args) => ({answers: onlyAsks(args) ? [ask(urlFact, requestOf(args))] : []}),
  plan(args, {answers}) {
    const request = requestOf(args);
    const answer = answers[0];
    const {until_status: until} = args;
    if (answer === undefined) {
      if (until !== undefined)
        refuse("'until_status' is for GET and HEAD: a request that changes something is sent once");
      return {
        kind: 'action',
        summary: `${args.method} ${args.url}`,
        makes: [],
        undeclared: true,
        request,
        status: args.status_code,
      };
    }
    if (until !== undefined) {
      if (until.includes(answer.status)) return undefined;
      const what = `${args.url} to answer ${until.join(' or ')}`;
      const wait = {timeout: args.until_timeout, every: args.until_sleep, what};
      return {kind: 'wait', summary: `wait for ${what}`, makes: [], request, status: until, wait};
    }
    demandStatus(answer, args.status_code, args.url);
    return undefined;
  },
  async apply(host, change) {
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
  output: (args, {answers}) => (answers[0] === undefined ? {url: args.url} : values(args.url, answers[0])),
};

function demandStatus(answer: UrlState, wanted: readonly number[], url: string): void {
  if (wanted.includes(answer.status)) return;
  if (answer.error !== undefined) refuse(`${url} does not answer: ${answer.error}`);
  const said = answer.content.trim().slice(0, 500);
  refuse(`${url} answered ${answer.status}, expected ${wanted.join(' or ')}${said === '' ? '' : `: ${said}`}`);
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
