import {ask, promise, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import {certificateFact, type CertificateKey, type CertificateState} from './facts/certificate.js';
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
import {canonicalNames} from './openssl/certificate.js';
import {certificateScript, type CertificateOrder} from './openssl/order.js';

export interface OpensslCertificateArgs {
  readonly path: string;
  readonly key: string;
  readonly common_name: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly subject_alt_name: readonly string[];
  readonly usages: readonly string[];
  readonly ca: boolean;
  readonly signer?: {readonly certificate: string; readonly key: string};
  readonly key_type: CertificateOrder['keyType'];
  readonly days: number;
  readonly at_least: number;
  readonly new_key: boolean;
  readonly owner?: string;
  readonly group?: string;
  readonly mode: string;
  readonly key_mode: string;
}

interface Facts {
  readonly certificate: CertificateState;
  /** The certificate, its key, their folders, and the signer's certificate and key. */
  readonly files: readonly FileState[];
}

interface CertificateChange extends Change {
  readonly order?: CertificateOrder;
  readonly placements: readonly {readonly path: string; readonly wanted: Placement}[];
}

export const opensslCertificate: TaskModule<OpensslCertificateArgs, Facts, CertificateChange> = {
  name: 'openssl_certificate',
  reads: (args) => ({
    certificate: ask(certificateFact, keyOf(args)),
    files: [
      args.path,
      args.key,
      parentOf(args.path),
      parentOf(args.key),
      ...(args.signer === undefined ? [] : [args.signer.certificate, args.signer.key]),
    ].map((path) => ask(fileFact, {path, digest: false})),
  }),
  plan(args, {certificate: state, files}) {
    const [file, key, parent, keyParent, signer, signerKey] = files;
    if (file === undefined || key === undefined || parent === undefined || keyParent === undefined)
      throw new Error('Internal error: a fact is missing');
    for (const each of files) demandReadable(each);
    const why = reasons(args, state);
    const targets = [
      {file, wanted: wantedOf(args, args.mode)},
      {file: key, wanted: wantedOf(args, args.key_mode)},
    ];
    if (why.length === 0) return planPlacement(targets);
    if (!state.tool) refuse('openssl is not on this machine', 'install it before');
    demandFolder(parent, args.path);
    demandFolder(keyParent, args.key);
    for (const each of [signer, signerKey])
      if (each?.type === 'absent')
        refuse(`what shall sign it is not there: '${each.path}'`, 'make it before, with ca: true');
    if (key.type === 'file' && !state.keyed && !args.new_key)
      refuse(`'${args.key}' is no private key that openssl reads`, "say 'new_key: true' to replace it");
    const makesKey = !state.keyed || args.new_key;
    return {
      kind: 'state',
      summary: `${state.certificate === null ? 'make' : 'renew'} the certificate ${args.path} (${why.join(', ')})`,
      makes: [
        promise(fileFact, {path: args.path}, anew(wantedOf(args, args.mode))),
        promise(
          fileFact,
          {path: args.key},
          makesKey ? anew(wantedOf(args, args.key_mode)) : misplaced(key, wantedOf(args, args.key_mode)),
        ),
        promise(certificateFact, keyOf(args), promisedOf(args)),
      ],
      order: {
        path: args.path,
        key: args.key,
        makesKey,
        keyType: args.key_type,
        subject: subjectOf(args),
        names: args.subject_alt_name,
        usages: args.usages,
        ca: args.ca,
        days: args.days,
        ...(args.signer === undefined ? {} : {signer: args.signer}),
        placement: {certificate: wantedOf(args, args.mode), key: wantedOf(args, args.key_mode)},
      },
      placements: [],
    };
  },
  async apply(host, {order, placements}) {
    if (order !== undefined) await host.run(certificateScript(order), {label: 'openssl', timeout: 300});
    for (const {path, wanted} of placements) await place(host, path, wanted);
  },
  output: (args, {certificate: {certificate, left}}) => ({
    path: args.path,
    key: args.key,
    subject: certificate?.subject ?? null,
    issuer: certificate?.issuer ?? null,
    subject_alt_name: certificate?.names ?? [],
    not_before: certificate === null ? null : time(certificate.notBefore),
    not_after: certificate === null ? null : time(certificate.notAfter),
    days_left: Math.floor(left / 86400),
    serial_number: certificate?.serial ?? null,
    fingerprint: certificate?.fingerprint ?? null,
  }),
};

function keyOf({path, key, signer}: OpensslCertificateArgs): CertificateKey {
  return {path, key, ...(signer === undefined ? {} : {signer: signer.certificate})};
}

/** What of the certificate is not as it shall be. */
function reasons(args: OpensslCertificateArgs, state: CertificateState): readonly string[] {
  const {certificate} = state;
  if (certificate === null) return ['there is none'];
  const isListed = (one: readonly string[], other: readonly string[]): boolean =>
    one.join() === [...other].sort().join();
  return [
    certificate.subject === subjectText(args) ? '' : 'another subject',
    isListed(certificate.names, canonicalNames(args.subject_alt_name)) ? '' : 'other names',
    isListed(certificate.usages, args.usages) ? '' : 'other usages',
    certificate.ca === args.ca ? '' : args.ca ? 'no authority' : 'an authority',
    state.matches ? '' : 'not of its key',
    state.signed ? '' : 'signed by another',
    state.left >= args.at_least * 86400 ? '' : `${Math.floor(state.left / 86400)} days left`,
  ].filter((word) => word !== '');
}

function subjectOf({common_name: name, subject}: OpensslCertificateArgs): readonly (readonly [string, string])[] {
  return [...Object.entries(subject), ['CN', name]];
}

function subjectText(args: OpensslCertificateArgs): string {
  return subjectOf(args)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

function promisedOf(args: OpensslCertificateArgs): Partial<CertificateState> {
  const made = unknown('the certificate that openssl makes');
  const certificate = {
    subject: subjectText(args),
    issuer: args.signer === undefined ? subjectText(args) : made,
    names: canonicalNames(args.subject_alt_name),
    usages: [...args.usages].sort(),
    ca: args.ca,
    notBefore: made,
    notAfter: made,
    serial: made,
    fingerprint: made,
  };
  return {
    certificate: certificate as never,
    tool: true,
    keyed: true,
    matches: true,
    signed: true,
    left: args.days * 86400,
  };
}

function wantedOf({owner, group}: OpensslCertificateArgs, mode: string): Placement {
  return {mode, ...(owner === undefined ? {} : {owner}), ...(group === undefined ? {} : {group})};
}

function anew(wanted: Placement): Partial<FileState> {
  const made = unknown('what openssl makes');
  return {exists: true, type: 'file', sha256: made as never, ...placedAnew(wanted)};
}

function planPlacement(
  targets: readonly {readonly file: FileState; readonly wanted: Placement}[],
): CertificateChange | undefined {
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

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}
