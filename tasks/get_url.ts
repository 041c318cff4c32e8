import {basename} from 'node:path/posix';
import {ask, consult, peek, promise, refuse, unknown, type Change, type FactRequest} from '../engine/task.js';
import {digestFact, type DigestState} from './facts/digest.js';
import {downloadFact, type DownloadState} from './facts/download.js';
import {fileFact} from './facts/file.js';
import {parentOf, throughLink, type FileState} from './facts/file/state.js';
import {urlFact, type UrlState} from './facts/url.js';
import {withAccounts} from './files/accounts.js';
import {
  demandFolder,
  demandReadable,
  misplaced,
  place,
  placedAnew,
  placementWords,
  settled,
  type Placement,
} from './files/placement.js';
import {keep} from './files/write.js';
import {checksumOf, digestIn, readChecksum} from './get_url/checksum.js';
import {downloadScript, type Download} from './get_url/download.js';

export interface GetUrlArgs extends Placement {
  readonly url: string;
  readonly dest: string;
  readonly checksum?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly url_username?: string;
  readonly url_password?: string;
  readonly force: boolean;
  readonly backup: boolean;
  readonly timeout: number;
  readonly validate_certs: boolean;
}

interface Facts {
  readonly file: FileState;
  /** Its place in the destination, where that turns out to be a folder. */
  readonly inside: readonly FileState[];
  readonly parent: FileState;
  /** Of the destination, and of its place inside. */
  readonly digests: readonly DigestState[];
  /** Where the checksum is in a list of some. */
  readonly list: readonly UrlState[];
  /** What would come, where nothing but that tells whether the file is right. */
  readonly comes: readonly DownloadState[];
}

interface GetUrlChange extends Change {
  readonly path: string;
  readonly placement: Placement;
  readonly download?: Download;
  readonly backup: boolean;
}

function nameOf({url}: GetUrlArgs): string {
  return basename(new URL(url).pathname);
}

function destination(args: GetUrlArgs): string {
  return args.dest.endsWith('/') ? `${args.dest}${nameOf(args)}` : args.dest;
}

function placesOf(args: GetUrlArgs): readonly string[] {
  return args.dest.endsWith('/') ? [destination(args)] : [args.dest, `${args.dest}/${nameOf(args)}`];
}

export const getUrl = withAccounts<GetUrlArgs, Facts, GetUrlChange>({
  name: 'get_url',
  reads(args) {
    const wanted = args.checksum === undefined ? undefined : readChecksum(args.checksum);
    const [, inside] = placesOf(args);
    return {
      file: ask(fileFact, {path: destination(args)}),
      inside: inside === undefined ? [] : [ask(fileFact, {path: inside})],
      parent: consult(fileFact, {path: parentOf(destination(args)), digest: false}),
      digests:
        wanted === undefined || wanted.algorithm === 'sha256'
          ? []
          : placesOf(args).map((path) => ask(digestFact, {path, algorithm: wanted.algorithm})),
      list: wanted !== undefined && 'list' in wanted ? [listRequest(args, wanted.list)] : [],
      comes: args.force && wanted === undefined ? [ask(downloadFact, downloadOf(args))] : [],
    };
  },
  plan(args, facts) {
    const {state: file, digest: present} = presentOf(facts);
    demandReadable(file);
    if (file.type === 'directory') refuse(`'${file.path}' is a folder`, "name the file in 'dest'");
    const checksum = wantedOf(args, facts.list);
    const path = file.path;
    const comes = comingOf(args, facts.comes);
    const wanted = checksum?.digest ?? comes;
    const isRight = file.type === 'file' && (wanted === undefined || wanted === present);
    const base = {kind: 'state', path, placement: settled(args, file), backup: args.backup} as const;
    if (isRight) {
      const members = misplaced(file, args);
      if (Object.keys(members).length === 0) return undefined;
      return {...base, summary: `${path}: ${placementWords(members)}`, makes: [promise(fileFact, {path}, members)]};
    }
    demandFolder(facts.parent, path);
    const anew = file.type === 'file' ? {} : {mode: '0644'};
    const sha256 = (checksum?.algorithm === 'sha256' ? checksum.digest : comes) ?? unknown(`what ${args.url} gives`);
    return {
      ...base,
      placement: {...anew, ...base.placement},
      summary: `download ${path}`,
      makes: [
        promise(
          fileFact,
          {path},
          {exists: true, type: 'file', sha256, size: unknown(args.url), ...anew, ...placedAnew(base.placement)},
        ),
        ...(checksum === undefined || checksum.algorithm === 'sha256'
          ? []
          : [promise(digestFact, {path, algorithm: checksum.algorithm}, {digest: checksum.digest})]),
      ],
      download: {...downloadOf(args), ...(checksum === undefined ? {} : {checksum})},
    };
  },
  async apply(host, {path, placement, download, backup}) {
    let kept = {};
    if (download !== undefined) {
      const isThere = backup && (await host.exec(`[ -f "$p" ]`, {environment: {p: path}})).code === 0;
      if (isThere) kept = await keep(host, path);
      await host.run(downloadScript(download, path), {
        timeout: download.timeout + 30,
        label: `download of ${download.url}`,
      });
    }
    await place(host, path, placement);
    return kept;
  },
  output(args, facts) {
    const {state} = presentOf(facts);
    const tell = (name: keyof FileState): unknown => peek(() => state[name]);
    return {
      url: args.url,
      dest: state.path,
      checksum_dest: tell('sha256'),
      checksum: tell('sha256'),
      state: tell('type'),
      mode: tell('mode'),
      owner: tell('owner'),
      group: tell('group'),
      uid: tell('uid'),
      gid: tell('gid'),
      size: tell('size'),
    };
  },
});

/** What is there now, and its digest by the algorithm of the checksum. */
function presentOf({file, inside: [inside], digests}: Facts): {
  readonly state: FileState;
  readonly digest: string | undefined;
} {
  const isFolder = inside !== undefined && throughLink(file).type === 'directory';
  const state = isFolder ? inside : file;
  const isOther = digests.length > 0;
  return {state, digest: isOther ? digests[isFolder ? 1 : 0]?.digest : throughLink(state).sha256};
}

function downloadOf(args: GetUrlArgs): Download {
  return {
    url: args.url,
    headers: args.headers,
    ...(args.url_username === undefined ? {} : {user: args.url_username, password: args.url_password ?? ''}),
    timeout: args.timeout,
    insecure: !args.validate_certs,
  };
}

/** The sha256 of what comes, where that was asked. */
function comingOf({url}: GetUrlArgs, [found]: readonly DownloadState[]): string | undefined {
  if (found === undefined) return undefined;
  if (found.sha256 === undefined) refuse(`${url} cannot be downloaded: ${found.error ?? 'no answer'}`);
  return found.sha256;
}

function wantedOf(args: GetUrlArgs, [list]: readonly UrlState[]): Download['checksum'] {
  if (args.checksum === undefined) return undefined;
  const wanted = checksumOf(args.checksum);
  if ('digest' in wanted) return wanted;
  if (list?.status !== 200)
    refuse(`the checksums at ${wanted.list} cannot be read: ${list?.error ?? `status ${list?.status ?? 0}`}`);
  return {algorithm: wanted.algorithm, digest: digestIn(list.content, args.url)};
}

function listRequest(args: GetUrlArgs, url: string): FactRequest<UrlState> {
  return ask(urlFact, {
    published: true,
    url,
    method: 'GET',
    headers: args.headers,
    validateCerts: args.validate_certs,
    ...(args.url_username === undefined ? {} : {user: args.url_username, password: args.url_password ?? ''}),
    timeout: args.timeout,
    followRedirects: true,
  });
}
