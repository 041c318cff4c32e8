import {createHash, getHashes} from 'node:crypto';
import {posix} from 'node:path';
import {quote} from '../../host.js';
import {reasonOf} from '../../reason.js';
import {readYaml} from '../../yaml.js';
import {compileRegularExpression, type RegularExpression} from '../regular-expression.js';
import {yamlText} from '../yaml-text.js';
import {formatted} from './format.js';
import {timeText} from './time-text.js';
import {cryptedPassword} from './sha-crypt.js';
import {FunctionFailed, shared, type SharedFunction} from './shared-function.js';

/** Functions that take or give text. */
export const textFunctions: readonly SharedFunction[] = [
  shared(
    'parse_json text',
    {signature: 'parse_json(string): dyn', summary: 'the value that JSON text holds'},
    parseJson,
  ),
  shared(
    'parse_yaml text',
    {signature: 'parse_yaml(string): dyn', summary: 'the value that YAML text holds'},
    parseYaml,
  ),
  shared('to_json value', {signature: 'to_json(dyn): string', summary: 'a value as JSON text'}, (value) =>
    JSON.stringify(value),
  ),
  shared('to_nice_json value', {signature: 'to_nice_json(dyn): string', summary: 'a value as indented JSON'}, (value) =>
    JSON.stringify(value, null, 4),
  ),
  shared('to_yaml value', {signature: 'to_yaml(dyn): string', summary: 'a value as YAML block text'}, (value) =>
    yamlText(value),
  ),
  shared('split text separator', {summary: 'the parts between separators'}, (text: string, separator: string) =>
    text.split(separator),
  ),
  shared('splitlines text', {signature: 'string.splitlines(): list<string>', summary: 'the lines'}, (text: string) =>
    text === '' ? [] : text.replace(/\n$/, '').split('\n'),
  ),
  shared(
    'capitalize text',
    {signature: 'string.capitalize(): string', summary: 'the first letter large, the others small'},
    (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  ),
  shared(
    'format pattern values',
    {signature: 'string.format(list): string', summary: '%s %d %05d %x %.2f %% filled in: "web%02d".format([n])'},
    formatted,
  ),
  shared(
    'regex_replace text pattern replacement',
    {
      signature: 'string.regex_replace(string, string): string',
      summary: String.raw`what an RE2 pattern matches, replaced; \1 is the first group`,
    },
    (text: string, pattern: string, replacement: string) => regex(pattern).replaceAll(text, replacement),
  ),
  shared(
    'regex_search text pattern',
    {
      signature: 'string.regex_search(string): string',
      summary: 'the first match of an RE2 pattern (its first group where it has one), or ""',
    },
    (text: string, pattern: string) => regex(pattern).matches(text)[0] ?? '',
  ),
  shared(
    'regex_findall text pattern',
    {
      signature: 'string.regex_findall(string): list<string>',
      summary: 'all matches of an RE2 pattern (their first groups where it has one)',
    },
    (text: string, pattern: string) => regex(pattern).matches(text),
  ),
  shared(
    'regex_escape text',
    {signature: 'string.regex_escape(): string', summary: 'a pattern that matches the text itself'},
    (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`),
  ),
  shared('b64encode text', {signature: 'string.b64encode(): string', summary: 'as base64'}, (text: string) =>
    Buffer.from(text).toString('base64'),
  ),
  shared(
    'b64decode text',
    {signature: 'string.b64decode(): string', summary: 'the text that the base64 holds'},
    (text: string) => Buffer.from(text, 'base64').toString(),
  ),
  shared(
    'hash text algorithm',
    {signature: 'string.hash(string): string', summary: 'the hexadecimal digest: sha1, sha256, sha512, md5'},
    (text: string, algorithm: string) => {
      if (!getHashes().includes(algorithm)) throw new FunctionFailed(`there is no digest "${algorithm}"`);
      return createHash(algorithm).update(text).digest('hex');
    },
  ),
  shared(
    'password_hash text algorithm salt',
    {
      signature: 'string.password_hash(string, string): string',
      summary: "a password's hash for user: by sha512 or sha256, with up to 16 letters of salt of your choice",
    },
    cryptedPassword,
  ),
  shared(
    'strftime pattern seconds',
    {
      signature: 'string.strftime(dyn): string',
      summary: 'a time, in seconds since 1970, as text in UTC: "%Y-%m-%d %H:%M:%S".strftime(0)',
    },
    timeText,
  ),
  shared(
    'to_uuid text',
    {signature: 'string.to_uuid(): string', summary: 'a UUID made of the text, as Ansible makes it'},
    uuidOf,
  ),
  shared(
    'basename path',
    {signature: 'string.basename(): string', summary: 'the last part of a path'},
    (path: string) => posix.basename(path),
  ),
  shared(
    'dirname path',
    {signature: 'string.dirname(): string', summary: 'a path without its last part'},
    (path: string) => posix.dirname(path),
  ),
  shared(
    'splitext path',
    {signature: 'string.splitext(): list<string>', summary: 'a path without its ending, and the ending'},
    (path: string) => {
      const ending = posix.extname(path);
      return [path.slice(0, path.length - ending.length), ending];
    },
  ),
  shared(
    'path_join parts',
    {signature: 'path_join(list): string', summary: 'one path of its parts'},
    (parts: readonly string[]) =>
      parts.reduce((path, part) => (part.startsWith('/') ? part : posix.join(path, part)), ''),
  ),
  shared('quote text', {signature: 'string.quote(): string', summary: 'one word for a shell'}, (text: string) =>
    quote(text),
  ),
  shared('urlencode text', {signature: 'string.urlencode(): string', summary: 'as a part of a URL'}, (text: string) =>
    encodeURIComponent(text),
  ),
  shared(
    'urldecode text',
    {signature: 'string.urldecode(): string', summary: 'the text that a part of a URL holds'},
    (text: string) => decodeURIComponent(text),
  ),
  shared(
    'urlsplit url part',
    {
      signature: 'string.urlsplit(string): string',
      summary: 'a part of a URL: scheme, hostname, port, path, query, fragment, username, password, netloc',
    },
    urlPart,
  ),
  shared(
    'indent text width',
    {signature: 'string.indent(int): string', summary: 'every line that is not empty, moved right'},
    (text: string, width: number) => text.replaceAll(/^(?=.)/gm, ' '.repeat(width)),
  ),
  shared(
    'comment text [sign]',
    {
      signature: 'string.comment(): string | string.comment(string): string',
      summary: 'each line as a comment; "# " if not said',
    },
    (text: string, sign = '# ') => text.replaceAll(/^/gm, sign as string).replaceAll(/[ \t]+$/gm, ''),
  ),
];

function regex(pattern: string): RegularExpression {
  const expression = compileRegularExpression(pattern);
  if ('problem' in expression) throw new FunctionFailed(`"${pattern}" is not a pattern of RE2: ${expression.problem}`);
  return expression;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FunctionFailed(`not JSON: ${reasonOf(error)}`);
  }
}

function parseYaml(text: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    throw new FunctionFailed(`not YAML: ${reasonOf(error)}`);
  }
}

function uuidOf(text: string): string {
  const namespace = Buffer.from('361e6d51faec444a9079341386da8e2e', 'hex');
  const bytes = createHash('sha1').update(namespace).update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function urlPart(text: string, part: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new FunctionFailed(`"${text}" is not a URL`);
  }
  const parts: Readonly<Record<string, string>> = {
    scheme: url.protocol.replace(/:$/, ''),
    hostname: url.hostname,
    port: url.port,
    path: url.pathname,
    query: url.search.replace(/^\?/, ''),
    fragment: url.hash.replace(/^#/, ''),
    username: url.username,
    password: url.password,
    netloc: url.host,
  };
  if (!Object.hasOwn(parts, part))
    throw new FunctionFailed(`a URL has no "${part}"; its parts: ${Object.keys(parts).join(' ')}`);
  return parts[part] ?? '';
}
