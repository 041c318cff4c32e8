import {createPublicKey, verify} from 'node:crypto';

/** What a signature has to say: this name stands for this digest. */
export interface Claim {
  readonly name: string;
  readonly digest: string;
}

/** Whether the text that was signed says just this of the image. */
function claims(payload: string, {name, digest}: Claim): boolean {
  try {
    const {critical} = JSON.parse(payload) as {
      readonly critical?: {
        readonly identity?: {readonly 'docker-reference'?: unknown};
        readonly image?: {readonly 'docker-manifest-digest'?: unknown};
      };
    };
    return critical?.identity?.['docker-reference'] === name && critical.image?.['docker-manifest-digest'] === digest;
  } catch {
    return false;
  }
}

/** The fingerprint of the key that made a good signature for the claim: `status` is what gpg tells while it opens the signature. */
export function openPgpSigner(claim: Claim, status: string, payload: string): string | undefined {
  const words = (name: string): readonly string[] | undefined =>
    new RegExp(`^\\[GNUPG:\\] ${name} (.*)$`, 'm').exec(status)?.[1]?.split(' ');
  if (words('GOODSIG') === undefined || !claims(payload, claim)) return undefined;
  return words('VALIDSIG')?.at(-1);
}

const signatureAnnotation = 'dev.cosignproject.cosign/signature';

/** Whether one of the signatures that are attached to an image (as cosign keeps them) is the key's, and for the claim. */
export function signedBySigstore(
  claim: Claim,
  attached: {readonly manifest: string; readonly blobs: ReadonlyMap<string, Buffer>; readonly publicKey: string},
): boolean {
  const {layers = []} = JSON.parse(attached.manifest) as {
    readonly layers?: readonly {readonly digest: string; readonly annotations?: Readonly<Record<string, string>>}[];
  };
  return layers.some(({digest, annotations}) => {
    const payload = attached.blobs.get(digest.replace('sha256:', ''));
    const signature = annotations?.[signatureAnnotation];
    if (payload === undefined || signature === undefined || !claims(payload.toString(), claim)) return false;
    return verify('sha256', payload, createPublicKey(attached.publicKey), Buffer.from(signature, 'base64'));
  });
}
