import {ask, promise, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import {certificateFact, type CertificateState} from './facts/certificate.js';
import {certificateRequestFact, type RequestKey, type RequestState} from './facts/certificate_request.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {
  demandFolder,
  demandReadable,
  misplaced,
  place,
  placedAnew,
  placementWords,
  type Placement,
} from './files/placement.js';
import {requestScript, type KeyType} from './openssl/request.js';

export interface OpensslCsrArgs {
  readonly path: string;
  readonly key: string;
  readonly common_name: string;
  readonly organizations: readonly string[];
  readonly key_type: KeyType;
  readonly certificate?: string;
  readonly authority?: string;
  readonly at_least: number;
  readonly owner?: string;
  readonly group?: string;
  readonly mode: string;
  readonly key_mode: string;
}

interface Facts {
  readonly request: RequestState;
  /** What answers the request, where that is asked for. */
  readonly certificates: readonly CertificateState[];
  /** The request, its key, and their folders. */
  readonly files: readonly FileState[];
}

interface RequestChange extends Change {
  readonly script?: string;
  readonly placements: readonly {readonly path: string; readonly wanted: Placement}[];
}

export const opensslCsr: TaskModule<OpensslCsrArgs, Facts, RequestChange> = {
  name: 'openssl_csr',
  reads: (args) => ({
    request: ask(certificateRequestFact, keyOf(args)),
    certificates: certificatesOf(args).map((key) => ask(certificateFact, key)),
    files: [args.path, args.key, parentOf(args.path), parentOf(args.key)].map((path) =>
      ask(fileFact, {path, digest: false}),
    ),
  }),
  plan(args, {request, files}) {
    const [file, key, parent, keyParent] = files;
    if (file === undefined || key === undefined || parent === undefined || keyParent === undefined)
      throw new Error('Internal error: a fact is missing');
    for (const each of files) demandReadable(each);
    const why = reasons(args, request);
    const targets = [
      {file, wanted: wantedOf(args, args.mode)},
      {file: key, wanted: wantedOf(args, args.key_mode)},
    ];
    if (why === '') return planPlacement(targets);
    if (!request.tool) refuse('openssl is not on this machine', 'install it before');
    demandFolder(parent, args.path);
    demandFolder(keyParent, args.key);
    if (key.type === 'file' && !request.keyed)
      refuse(`'${args.key}' is no private key that openssl reads`, 'take it away to have a new one');
    const made = unknown('what openssl makes');
    const anew = (wanted: Placement): Partial<FileState> => ({
      exists: true,
      type: 'file',
      sha256: made as never,
      ...placedAnew(wanted),
    });
    return {
      kind: 'state',
      summary: `make the request ${args.path} (${why})${request.keyed ? '' : ' and its key'}`,
      makes: [
        promise(fileFact, {path: args.path}, anew(wantedOf(args, args.mode))),
        promise(
          fileFact,
          {path: args.key},
          request.keyed ? misplaced(key, wantedOf(args, args.key_mode)) : anew(wantedOf(args, args.key_mode)),
        ),
        promise(certificateRequestFact, keyOf(args), {
          tool: true,
          keyed: true,
          request: made as never,
          subject: subjectOf(args),
          matches: true,
        }),
      ],
      script: requestScript({
        ...args,
        makesKey: !request.keyed,
        keyType: args.key_type,
        subject: [...args.organizations.map((name) => ['O', name] as const), ['CN', args.common_name]],
        placement: {request: wantedOf(args, args.mode), key: wantedOf(args, args.key_mode)},
      }),
      placements: [],
    };
  },
  async apply(host, {script, placements}) {
    if (script !== undefined) await host.run(script, {label: 'openssl', timeout: 300});
    for (const {path, wanted} of placements) await place(host, path, wanted);
  },
  output(args, {request, certificates}) {
    const [state] = certificates;
    const certificate = state?.certificate ?? null;
    return {
      path: args.path,
      key: args.key,
      subject: subjectOf(args).join(', '),
      request: request.request,
      answered: state !== undefined && isAnswer(args, state),
      days_left: state === undefined || certificate === null ? null : Math.floor(state.left / 86400),
      not_after: certificate === null ? null : new Date(certificate.notAfter * 1000).toISOString().replace('.000', ''),
    };
  },
};

function keyOf({path, key}: OpensslCsrArgs): RequestKey {
  return {path, key};
}

function certificatesOf({certificate, key, authority}: OpensslCsrArgs): readonly {path: string; key: string}[] {
  if (certificate === undefined) return [];
  return [{path: certificate, key, ...(authority === undefined ? {} : {signer: authority})}];
}

function subjectOf({common_name: name, organizations}: OpensslCsrArgs): readonly string[] {
  return [`CN=${name}`, ...organizations.map((each) => `O=${each}`)].sort();
}

/** Why a request has to be made; empty: it need not. */
function reasons(args: OpensslCsrArgs, {subject, matches}: RequestState): string {
  // Of a request that is yet to be made all is known but its text.
  if (subject.length === 0) return 'there is none';
  if (subject.join() !== subjectOf(args).join()) return 'another subject';
  return matches ? '' : 'of another key';
}

/** Whether the certificate is what the request asks for, and lives long enough. */
function isAnswer(args: OpensslCsrArgs, {certificate, matches, signed, left}: CertificateState): boolean {
  if (certificate === null || left < args.at_least * 86400) return false;
  const subject = certificate.subject.split(/, |\+/).sort();
  return matches && signed && subject.join() === subjectOf(args).join();
}

function wantedOf({owner, group}: OpensslCsrArgs, mode: string): Placement {
  return {mode, ...(owner === undefined ? {} : {owner}), ...(group === undefined ? {} : {group})};
}

function planPlacement(
  targets: readonly {readonly file: FileState; readonly wanted: Placement}[],
): RequestChange | undefined {
  const wrong = targets
    .map(({file, wanted}) => ({file, wanted, members: misplaced(file, wanted)}))
    .filter(({members}) => Object.keys(members).length > 0);
  if (wrong.length === 0) return undefined;
  return {
    kind: 'state',
    summary: wrong.map(({file, members}) => `${file.path}: ${placementWords(members)}`).join('; '),
    makes: wrong.map(({file, members}) => promise(fileFact, {path: file.path}, members)),
    placements: wrong.map(({file, wanted}) => ({path: file.path, wanted})),
  };
}
