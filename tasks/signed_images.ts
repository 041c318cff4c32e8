import {quote, raw, sh, type Raw} from '../engine/host.js';
import {ask, promise, refuse, unknown, type Change, type Promised, type TaskModule} from '../engine/task.js';
import {signedImageFact, type SignedImageState} from './facts/signed_image.js';
import {canonicalFingerprint} from './gpg/colons.js';
import {imageFunctions, type SignedImageKey} from './image/script.js';

export interface SignedImagesArgs {
  readonly images: readonly Wanted[];
  readonly signer?: string;
  readonly signatures: string;
  readonly sigstore_key?: string;
  readonly sigstore_public_key?: string;
  readonly passphrase?: string;
  readonly validate_certs: boolean;
  readonly source_validate_certs: boolean;
  readonly timeout: number;
}

interface Wanted {
  readonly name: string;
  readonly source?: string;
  readonly digest?: string;
}

/** What is to be done for one image. */
interface Step {
  readonly key: SignedImageKey;
  readonly push?: {readonly source: string; readonly exact: boolean; readonly tls: boolean};
  readonly signer?: string;
  readonly sigstoreKey?: string;
}

interface ImagesChange extends Change {
  readonly steps: readonly Step[];
  readonly passphrase: string;
  readonly timeout: number;
}

export const signedImages: TaskModule<SignedImagesArgs, {readonly images: readonly SignedImageState[]}, ImagesChange> =
  {
    name: 'signed_images',
    reads: (args) => ({images: args.images.map((image) => ask(signedImageFact, keyOf(args, image)))}),
    plan(args, {images}) {
      if (args.signer === undefined && args.sigstore_key === undefined)
        refuse("nobody signs: give 'signer' (a key of OpenPGP), 'sigstore_key', or both");
      const planned = args.images.flatMap((wanted, index) => {
        const image = images[index];
        return image === undefined ? [] : (planOne(args, {wanted, image}) ?? []);
      });
      if (planned.length === 0) return undefined;
      const pushed = planned.filter(({step}) => step.push !== undefined).length;
      return {
        kind: 'state',
        summary: [
          ...(pushed === 0 ? [] : [`push and sign ${imagesIn(pushed)}`]),
          ...(pushed === planned.length ? [] : [`sign ${imagesIn(planned.length - pushed)}`]),
        ].join(', '),
        makes: planned.map(({makes}) => makes),
        steps: planned.map(({step}) => step),
        passphrase: args.passphrase ?? '',
        timeout: args.timeout,
      };
    },
    async apply(host, {steps, passphrase, timeout}) {
      for (const step of steps) {
        await host.run(scriptOf(step), {
          label: `${step.push === undefined ? 'signing' : 'pushing'} of ${step.key.name}`,
          input: passphrase,
          timeout,
        });
      }
    },
    output: (args, {images}) => ({
      images: args.images.map(({name}, index) => {
        const {digest = '', instances = [], signers = [], sigstore = false} = images[index] ?? {};
        return {name, digest: digest === '' ? null : digest, instances, signers, sigstore};
      }),
    }),
  };

function imagesIn(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}

function planOne(
  args: SignedImagesArgs,
  {wanted, image}: {readonly wanted: Wanted; readonly image: SignedImageState},
): {readonly step: Step; readonly makes: Promised} | undefined {
  const {name, digest, source} = wanted;
  if (!image.tool) refuse('skopeo is not on this machine', 'install its package before');
  if (image.state === 'unreachable') refuse(`the registry of '${name}' does not answer: ${image.why}`);
  const pushes = image.state === 'absent' || (digest !== undefined && image.digest !== digest);
  if (pushes && source === undefined)
    refuse(
      image.state === 'absent'
        ? `there is no '${name}' in its registry`
        : `'${name}' is ${image.digest}, not ${digest ?? ''}`,
      "say in 'source' where it comes from",
    );
  const signer = args.signer === undefined ? undefined : canonicalFingerprint(args.signer);
  const signs = signer !== undefined && (pushes || !image.signers.includes(signer));
  const attaches = args.sigstore_key !== undefined && (pushes || !image.sigstore);
  if (!pushes && !signs && !attaches) return undefined;
  const key = keyOf(args, wanted);
  const made = unknown('what skopeo pushes');
  return {
    makes: promise(signedImageFact, key, {
      state: 'present',
      ...(pushes ? {digest: digest ?? made, instances: made as never} : {}),
      signers: [...(pushes ? [] : image.signers), ...(signs ? [signer] : [])],
      ...(attaches ? {sigstore: true} : {}),
    }),
    step: {
      key,
      ...(pushes && source !== undefined
        ? {push: {source, exact: digest !== undefined, tls: args.source_validate_certs}}
        : {}),
      ...(signs ? {signer} : {}),
      ...(attaches ? {sigstoreKey: args.sigstore_key} : {}),
    },
  };
}

function scriptOf({key, push, signer, sigstoreKey}: Step): string {
  const steps = [
    ...(push === undefined ? [] : [pushing(push, key)]),
    ...(signer === undefined ? [] : [signing(signer, key)]),
    ...(sigstoreKey === undefined ? [] : [attaching(sigstoreKey, key)]),
  ];
  return sh`${imageFunctions(key)}\n(umask 077; cat >"$t/passphrase")\n${raw(steps.join('\n'))}`;
}

/** Copies with all architectures; signatures of others stay behind. */
function pushing({source, exact, tls}: NonNullable<Step['push']>, key: SignedImageKey): string {
  const words = [...(exact ? ['--preserve-digests'] : []), `--src-tls-verify=${String(tls)}`];
  const copy = (from: Raw): string =>
    sh`skopeo --policy "$t/policy" copy --quiet --all --remove-signatures ${words} --dest-tls-verify=${String(key.tls)} -- ${from} ${`docker://${key.name}`} || exit`;
  const match = /^oci-archive:([^:]+)(:.*)?$/.exec(source);
  if (match === null) return copy(raw(quote(source)));
  const [, archive = '', image = ''] = match;
  // skopeo would unpack it with its owners, which only root can.
  return sh`mkdir "$t/layout" && tar -C "$t/layout" -xf ${archive} || exit\n${raw(copy(raw(`"oci:$t/layout"${quote(image)}`)))}`;
}

/** Signs each manifest that the key has not signed under this name. What was signed before stays signed. */
function signing(signer: string, {name}: SignedImageKey): string {
  // The agent that gpg starts would outlive the task.
  return sh`trap 'gpgconf --kill gpg-agent >/dev/null 2>&1; rm -rf "$t"' EXIT
raw_of ${name} >"$t/m" || exit
for d in $(digests "$t/m"); do
  folder=$(folder_of "$d") n=1 done=
  for f in "$folder"/signature-*; do
    [ -e "$f" ] || continue
    n=$((n + 1))
    opened "$f" && grep -q ${`VALIDSIG .*${signer}$`} "$t/status" && grep -qF ${`"${name}"`} "$t/payload" && done=1
  done
  [ -z "$done" ] || continue
  raw_of "$(at "$d")" >"$t/one" && [ "sha256:$(sha256sum <"$t/one" | cut -d' ' -f1)" = "$d" ] || { echo "the registry gives another manifest than $d" >&2; exit 1; }
  [ ! -s "$t/passphrase" ] || pass="--passphrase-file $t/passphrase"
  skopeo standalone-sign \${pass-} -o "$t/signature" "$t/one" ${name} ${signer} || exit
  umask 002; mkdir -p -- "$folder" && cp -- "$t/signature" "$folder/.signature" && chmod 0644 "$folder/.signature" && mv -- "$folder/.signature" "$folder/signature-$n" || exit
done`;
}

/** Signs with a key of sigstore; the registry keeps these signatures beside the image. */
function attaching(key: string, {name, tls}: SignedImageKey): string {
  const verify = String(tls);
  return sh`mkdir "$t/d" && printf 'default-docker:\n  use-sigstore-attachments: true\n' >"$t/d/default.yaml" || exit
skopeo --policy "$t/policy" --registries.d "$t/d" copy --quiet --all --preserve-digests --src-tls-verify=${verify} --dest-tls-verify=${verify} --sign-by-sigstore-private-key ${key} --sign-passphrase-file "$t/passphrase" -- ${`docker://${name}`} ${`docker://${name}`} || exit`;
}

function keyOf(args: SignedImagesArgs, {name}: Wanted): SignedImageKey {
  return {
    name,
    tls: args.validate_certs,
    ...(args.signer === undefined ? {} : {signatures: args.signatures.replace(/\/+$/, '')}),
    ...(args.sigstore_key === undefined
      ? {}
      : {sigstorePublicKey: args.sigstore_public_key ?? args.sigstore_key.replace(/(\.private|\.key)?$/, '.pub')}),
  };
}
