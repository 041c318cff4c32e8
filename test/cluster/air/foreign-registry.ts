import type {Fleet} from '../fleet.js';

/** A second registry, on the host `reg`: below `free` anything goes, below `signed` a signature is asked. */
export const foreign = 'reg:5000';

/** The signer of that registry. */
export interface ForeignSigner {
  readonly key: string;
  readonly fingerprint: string;
}

const plain = '--insecure-policy copy -q --remove-signatures --src-tls-verify=false --dest-tls-verify=false';

/** Starts it with copies of the site's web server: without a signature in `free`, `signed/unsigned` and `other`, and with one of its own signer in `signed`. */
export async function haveForeignRegistry(fleet: Fleet, image: string): Promise<ForeignSigner> {
  const said = await fleet.on(
    'reg',
    `set -e
mkdir -p /var/lib/foreign /var/sigstore/foreign /root/foreign
cat >/etc/foreign.yml <<END
version: 0.1
storage: {filesystem: {rootdirectory: /var/lib/foreign}}
http: {addr: "0.0.0.0:5000"}
END
systemd-run -q --unit=foreign docker-registry serve /etc/foreign.yml
for i in $(seq 50); do curl -fso /dev/null http://${foreign}/v2/ && break; sleep 0.2; done
for name in free/web signed/web signed/unsigned other/web; do skopeo ${plain} docker://${image} docker://${foreign}/$name:1; done
export GNUPGHOME=/root/foreign; chmod 700 $GNUPGHOME
gpg -q --batch --passphrase '' --quick-generate-key foreign@example.org rsa2048 sign never 2>/dev/null
skopeo inspect --raw --tls-verify=false docker://${foreign}/signed/web:1 >/root/manifest
folder=/var/sigstore/foreign/signed/web@sha256=$(sha256sum </root/manifest | cut -d' ' -f1)
mkdir -p $folder
skopeo standalone-sign -o $folder/signature-1 /root/manifest ${foreign}/signed/web:1 foreign@example.org >/dev/null
chmod -R a+rX /var/sigstore/foreign
gpg --with-colons -k | sed -n 's/^fpr:::::::::\\(.*\\):/\\1/p' | head -n 1
gpg --armor --export`,
    {timeout: 120},
  );
  const [fingerprint = '', ...key] = said.split('\n');
  return {fingerprint, key: `${key.join('\n')}\n`};
}

/** What the inventory says of it. */
export function foreignPolicy({key, fingerprint}: ForeignSigner): Readonly<Record<string, unknown>> {
  const signatures = 'http://sigstore.local:81/foreign';
  return {
    plain_http_registries: ['registry.local', foreign],
    image_policy_registries: [
      {prefix: `${foreign}/free`, accept: true},
      {prefix: `${foreign}/signed`, key, fingerprint, signatures},
    ],
  };
}
