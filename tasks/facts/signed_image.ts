import {raw, sh} from '../../engine/host.js';
import {unknown, type FactKind} from '../../engine/task.js';
import {imageFunctions, partsOf, type SignedImageKey} from '../image/script.js';
import {openPgpSigner, signedBySigstore, type Claim} from '../image/signature.js';

export interface SignedImageState {
  /** skopeo is on the machine. */
  readonly tool: boolean;
  /** `unreachable`: the registry did not answer; `why` says how. */
  readonly state: 'present' | 'absent' | 'unreachable';
  readonly why: string;
  /** Of the manifest, or of the list of manifests; empty where there is none. */
  readonly digest: string;
  /** The manifests that a list holds. */
  readonly instances: readonly string[];
  /** Fingerprints of the keys of OpenPGP that signed every one of these manifests under this name. */
  readonly signers: readonly string[];
  /** Every one of them is signed by the sigstore key that was asked about. */
  readonly sigstore: boolean;
}

const nothing = {why: '', digest: '', instances: [], signers: [], sigstore: false} as const;

/** An image in a registry, with the signatures that nodes will find for it. */
export const signedImageFact: FactKind<SignedImageKey, SignedImageState> = {
  name: 'signed_image',
  id: ({name, signatures, sigstorePublicKey}) => `${name} ${signatures ?? ''} ${sigstorePublicKey ?? ''}`,
  perUser: () => true,
  volatile: true,
  script: (keys) => keys.map((key) => sh`( ${raw(question(key))} )\nprintf '\\036\\n'`).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot ask for images: ${result.stderr.trim()}`);
    return keys.map((key, index) => stateOf(key, parts[index] ?? ''));
  },
  holds(promised, read) {
    const {signers = [], ...others} = promised as Partial<SignedImageState>;
    return (
      signers.every((signer) => read.signers.includes(signer)) &&
      Object.entries(others).every(([name, value]) => typeof value === 'object' || Reflect.get(read, name) === value)
    );
  },
  follows(_, before, promised) {
    if (promised.kind === 'package' && !before.tool) return unknown('what the package brings');
    if (promised.kind === 'unit' && before.state === 'unreachable') return unknown('what the registry holds');
    return undefined;
  },
  show(before, after) {
    if (!('state' in after)) return [];
    const text = (value: unknown): string | undefined =>
      typeof value !== 'string' ? 'pushed' : value === '' ? undefined : value;
    const signatures = (state: SignedImageState | undefined): string | undefined => {
      const names = state === undefined ? [] : [...state.signers, ...(state.sigstore ? ['a sigstore key'] : [])];
      return names.length === 0 ? undefined : names.join(', ');
    };
    return [
      {what: 'image', before: text(before?.digest ?? ''), after: text(after.digest)},
      {what: 'signed by', before: signatures(before), after: signatures(after)},
    ].filter((line) => line.before !== line.after);
  },
};

/** Prints `none`, or `state …`, then a line for the manifest, and one for each signature that was found. */
function question(key: SignedImageKey): string {
  const {repository} = partsOf(key.name);
  const sigstore =
    key.sigstorePublicKey === undefined
      ? ''
      : sh`[ ! -r ${key.sigstorePublicKey} ] || printf 'key %s\n' "$(b64 <${key.sigstorePublicKey})"
for d in $(digests "$t/m"); do
  rm -rf "$t/s"
  skopeo --policy "$t/policy" copy --quiet --src-tls-verify=${String(key.tls)} "docker://"${repository}":sha256-\${d#sha256:}.sig" "dir:$t/s" >/dev/null 2>&1 || continue
  printf 'attached %s %s\n' "$d" "$(b64 <"$t/s/manifest.json")"
  for f in "$t/s"/*; do
    case \${f##*/} in manifest.json | version | signature-*) ;; *) printf 'blob %s %s\n' "\${f##*/}" "$(b64 <"$f")" ;; esac
  done
done`;
  return sh`command -v skopeo >/dev/null 2>&1 || { echo none; exit 0; }
${imageFunctions(key)}
b64() { base64 | tr -d '\n'; }
if ! raw_of ${key.name} >"$t/m" 2>"$t/e"; then
  if grep -qiE 'manifest unknown|name unknown|not found' "$t/e"; then echo 'state absent'; else printf 'state unreachable %s\n' "$(tail -n 1 "$t/e" | b64)"; fi
  exit 0
fi
echo 'state present'
for d in $(digests "$t/m"); do
  printf 'manifest %s\n' "$d"
  for f in "$(folder_of "$d")"/signature-*; do
    [ ! -r "$f" ] || { opened "$f"; printf 'signature %s %s %s\n' "$d" "$(b64 <"$t/status")" "$(b64 <"$t/payload")"; }
  done
done
${raw(sigstore)}`;
}

function stateOf(key: SignedImageKey, text: string): SignedImageState {
  const lines = text.split('\n').map((line) => line.split(' '));
  const first = lines[0] ?? [];
  if (first[0] === 'none') return {tool: false, state: 'absent', ...nothing};
  if (first[1] === 'unreachable') return {tool: true, state: 'unreachable', ...nothing, why: decoded(first[2]).trim()};
  if (first[1] !== 'present') return {tool: true, state: 'absent', ...nothing};
  const of = (word: string): readonly (readonly string[])[] =>
    lines.filter(([kind]) => kind === word).map(([, ...rest]) => rest);
  const digests = [...new Set(of('manifest').map(([digest = '']) => digest))];
  const claims = digests.map((digest): Claim => ({name: key.name, digest}));
  const signersOf = (claim: Claim): readonly string[] =>
    of('signature').flatMap(([digest, status, payload]) =>
      digest === claim.digest ? (openPgpSigner(claim, decoded(status), decoded(payload)) ?? []) : [],
    );
  const signers = claims.map(signersOf).reduce((all, some) => all.filter((one) => some.includes(one)));
  const blobs = new Map(of('blob').map(([hex = '', body = '']) => [hex, Buffer.from(body, 'base64')]));
  const publicKey = decoded(of('key')[0]?.[0]);
  const attached = (claim: Claim): boolean =>
    of('attached').some(
      ([digest, manifest]) =>
        digest === claim.digest && signedBySigstore(claim, {manifest: decoded(manifest), blobs, publicKey}),
    );
  return {
    tool: true,
    state: 'present',
    why: '',
    digest: digests[0] ?? '',
    instances: digests.slice(1),
    signers: [...new Set(signers)],
    sigstore: publicKey !== '' && claims.every(attached),
  };
}

function decoded(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString();
}
