import {expect} from 'chai';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {figures, seconds} from './figures.js';
import type {Fleet} from './fleet.js';
import {changedIn, problemsOf} from './journal.js';
import {eventually, Kubectl} from './kubectl.js';
import {serveRegistry} from './registry.js';
import {attacker, forgetAnswers, refusalOf, repository, runs, signedSite} from './signed-site.js';
import {tail, type Played} from './play.js';
import {withFleet} from './with-fleet.js';
import {namespace} from './workload.js';

const id = 'imagemaker <imagemaker@registry.local>';
const second = 'imagemaker 2 <imagemaker@registry.local>';
const web = `${repository}/web:1`;

/** Repeats a run that found this controller in use by a run of somebody else, who changes it for a few minutes at most. */
async function alone(play: () => Promise<Played>): Promise<Played> {
  return eventually('nobody else changes the controller', play, {
    holds: ({output}) => !output.includes('localhost is being changed by'),
    seconds: 600,
  });
}

describe('a cluster that runs signed images only', () => {
  const started = withFleet(signedSite);
  let fleet: Fleet;
  let kubectl: Kubectl;

  const makers = (...keys: readonly string[]): string =>
    JSON.stringify({image_makers: [{name: 'imagemaker', prefix: 'registry.local', keys}]});
  const policyOf = async (host: string): Promise<unknown> =>
    JSON.parse(await fleet.on(host, 'cat /etc/containers/policy.json'));
  const pinned = (): Promise<string> =>
    readFile(join(fleet.folder, 'inventory/group_vars/all/signers.yml'), 'utf8').catch(() => '');
  const settled = async (...words: readonly string[]): Promise<void> => {
    const again = await fleet.succeed(...words);
    expect(changedIn(again), tail(again)).to.deep.equal([]);
  };

  before(() => {
    fleet = started.fleet;
    kubectl = new Kubectl(fleet);
  });

  after(() => {
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  it('stops where nobody has said which key is to be trusted, and says what to write', async () => {
    const played = await fleet.play('-l', 'reg', '-e', 'signer_trust=pinned');
    expect(played.code, tail(played)).to.equal(2);
    const said = problemsOf(played).join('\n');
    expect(said).to.match(
      new RegExp(`write into the inventory: \\{"signer_fingerprints":\\{"${id}":"[0-9A-F]{40}"\\}\\}`),
    );
    expect(await fleet.on('reg', 'ls /var/sigstore/sigstore')).to.equal('');
    expect(await pinned()).to.equal('');
  });

  it('comes from bare hosts, with nothing imported, and pins the key that it saw', async () => {
    const played = await alone(() => fleet.play());
    expect(played.code, [...problemsOf(played), tail(played)].join('\n')).to.equal(0);
    figures.push(`first run with registry and signatures: ${seconds(played.milliseconds)}`);
    const fingerprint = await fleet.on(
      'reg',
      "su imagemaker -c 'gpg --with-colons -K' | sed -n 's/^fpr:::::::::\\(.*\\):/\\1/p'",
    );
    expect(await pinned()).to.match(new RegExp(`"${id}": "?${fingerprint}"?\n`));
    const pods = await kubectl.list('pods -A');
    const images = pods.flatMap(({spec}) =>
      (spec as unknown as {containers: {image: string}[]}).containers.map(({image}) => image),
    );
    expect(images.filter((image) => !image.startsWith(`${repository}/`))).to.deep.equal([]);
    await settled();
    const checked = await fleet.succeed('--check', '--strict');
    expect(changedIn(checked)).to.deep.equal([]);
  });

  it('has one policy for everybody, and the same key, on every host', async () => {
    const keys = await Promise.all(
      ['reg', 'cp1', 'w1'].map((host) =>
        fleet.on(
          host,
          'sha256sum </var/sigstore/keys/imagemaker.pgp; stat -c "%a %U" /var/sigstore/keys /var/sigstore/keys/imagemaker.pgp',
        ),
      ),
    );
    expect(new Set(keys).size, keys.join('\n')).to.equal(1);
    expect(keys[0]).to.match(/755 root\n644 root$/);
    for (const host of ['reg', 'cp1', 'w1']) {
      expect(await policyOf(host), host).to.deep.equal({
        default: [{type: 'reject'}],
        transports: {
          docker: {
            'registry.local': [{type: 'signedBy', keyType: 'GPGKeys', keyPaths: ['/var/sigstore/keys/imagemaker.pgp']}],
          },
        },
      });
    }
    const inside =
      "/usr/libexec/u7s/u7s-enter sh -c 'cat /etc/containers/policy.json; getent hosts registry.local sigstore.local | wc -l'";
    expect(await fleet.on('w1', inside)).to.match(/"reject"[^]*2$/);
  });

  it('has a signature in the store for the digest of each image', async () => {
    const script = `${attacker}
for image in $(curl -s http://registry.local/v2/_catalog | grep -o 'u7s/[a-z-]*'); do
  tag=$(curl -s http://registry.local/v2/$image/tags/list | sed 's/.*\\["//; s/".*//')
  name=$image@sha256=$(digest registry.local/$image:$tag)
  curl -fso /dev/null http://sigstore.local:81/sigstore/$name/signature-1 && echo signed || echo "$image is not"
done`;
    expect((await fleet.on('reg', script)).split('\n').filter((line) => line !== 'signed')).to.deep.equal([]);
  });

  it('runs a signed image', async () => {
    figures.push(
      `pull of a signed image of 1 MB, verified: ${await runs(kubectl, 'signed', {image: web, keep: true})}`,
    );
    figures.push(`the same, remembered: ${await runs(kubectl, 'again', {image: web})}`);
    const ask = '/usr/libexec/u7s/u7s-enter sh -c \'d=$(ctr -n k8s.io images ls name==registry.local/u7s/web:1 | sed -n "2s/.*\\(sha256:[0-9a-f]*\\).*/\\1/p"); unset XDG_RUNTIME_DIR; date +%s%N; /opt/u7s/image-verifier/image-verifier -name registry.local/u7s/web:1 -digest $d CACHE </dev/null; date +%s%N\''; // prettier-ignore
    for (const [what, option] of [
      ['remembered', ''],
      ['judged anew', '-cache='],
    ] as const) {
      const [from, said, to] = (await fleet.on('w1', ask.replace('CACHE', option))).split('\n');
      expect(said).to.equal('allowed by policy');
      figures.push(`the verifier's answer, ${what}: ${Math.round((Number(to) - Number(from)) / 1e6)} ms`);
    }
  });

  const refused: readonly {
    readonly what: string;
    readonly image: string;
    readonly made: string;
    readonly why: RegExp;
  }[] = [
    {what: 'an image without a signature', image: `${repository}/unsigned:1`, made: `copied ${web} ${repository}/unsigned:1`, why: /signature was required, but no signature exists/}, // prettier-ignore
    {
      what: 'an image that another key signed',
      image: `${repository}/foreign:1`,
      made: `copied ${web} ${repository}/foreign:1; export GNUPGHOME=$(mktemp -d)
gpg -q --batch --passphrase '' --quick-generate-key 'imagemaker <imagemaker@registry.local>' rsa2048 sign never 2>/dev/null
skopeo inspect --raw --tls-verify=false docker://${repository}/foreign:1 >/root/m
skopeo standalone-sign -o /root/s /root/m ${repository}/foreign:1 imagemaker@registry.local && keep /root/s ${repository}/foreign:1`,
      why: /Key not found for key ID [0-9a-f]{1,16} in signature/,
    },
    {what: 'a signed digest under another name', image: `${repository}/renamed:1`, made: `copied ${web} ${repository}/renamed:1; keep "$(folder ${web})/signature-1" ${repository}/renamed:1`, why: /for identity .*web:1.* is not accepted/}, // prettier-ignore
    {what: 'a signed digest under another tag', image: `${repository}/web:2`, made: `copied ${web} ${repository}/web:2`, why: /for identity .*web:1.* is not accepted/}, // prettier-ignore
    {what: 'another image under a signed name', image: web, made: `copied ${repository}/pause:3.10.1 ${web}`, why: /signature was required, but no signature exists/}, // prettier-ignore
  ];
  for (const {what, image, made, why} of refused) {
    it(`refuses ${what}, and says why`, async () => {
      await fleet.on('reg', `set -e\n${attacker}\n${made}`);
      const said = await refusalOf(kubectl, 'refused', image);
      expect(said).to.contain(`blocked pull of ${image} with digest sha256:`).and.match(why);
      figures.push(`refused ${what}: ${/rejected image.*?: (.*?)(?:$| \()/.exec(said)?.[1] ?? said}`);
    });
  }

  it('has its own image back under that name by a run, and nothing else', async () => {
    const played = await fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal(['reg images/signed_images']);
    await runs(kubectl, 'own', {image: web});
  });

  it('refuses a registry that is not listed', async () => {
    const registry = await serveRegistry(`${signedSite.prefix}.1`);
    const folder = `/etc/u7s/certs.d/${registry.address}`;
    try {
      const plain = `server = "http://${registry.address}"\n[host."http://${registry.address}"]\n  capabilities = ["pull", "resolve"]\n`;
      await fleet.on('w1', `mkdir '${folder}' && cat >'${folder}/hosts.toml'`, {input: plain});
      expect(await refusalOf(kubectl, 'unlisted', `${registry.address}/u7s/web:1`)).to.match(/rejected by policy/);
      expect(registry.asked.filter((line) => line.includes('/blobs/'))).to.deep.equal([]);
    } finally {
      registry.close();
      await fleet.on('w1', `rm -r '${folder}'`);
    }
  });

  it('holds root and ordinary users to the policy, too', async () => {
    const copy = (image: string): string => `skopeo copy -q docker://${image} dir:$(mktemp -d)`;
    await fleet.on('reg', 'id bob 2>/dev/null || useradd -m bob');
    for (const user of ['root', 'bob']) {
      const good = await fleet.try('reg', `cd /; runuser -u ${user} -- sh -c 'XDG_RUNTIME_DIR= ${copy(web)}'`);
      expect(good.code, good.stderr).to.equal(0);
      const bad = await fleet.try(
        'reg',
        `cd /; runuser -u ${user} -- sh -c 'XDG_RUNTIME_DIR= ${copy(`${repository}/unsigned:1`)}'`,
      );
      expect(bad.stderr, user).to.match(/signature was required/);
    }
  });

  it('refuses after its key was removed, although it pulled before; a run restores just the key', async () => {
    await fleet.on('w1', 'rm /var/sigstore/keys/imagemaker.pgp');
    expect(await refusalOf(kubectl, 'keyless', web)).to.match(/imagemaker\.pgp: no such file/);
    expect((await kubectl.get(`pod signed -n ${namespace}`)).status.phase).to.equal('Running');
    await fleet.on('reg', 'echo broken >/var/sigstore/keys/imagemaker.pgp');
    const checked = await fleet.succeed('--check');
    const played = await fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal(['reg image_maker/signer_key', 'w1 image_policy/signer_key']);
    expect(changedIn(checked), tail(checked)).to.deep.equal(changedIn(played));
    await runs(kubectl, 'keyed', {image: web});
  });

  it('answers from what it remembers while the store is stopped, and refuses what it has not judged', async () => {
    await fleet.on('reg', 'systemctl stop nginx');
    await runs(kubectl, 'remembered', {image: web});
    await forgetAnswers(fleet);
    expect(await refusalOf(kubectl, 'storeless', web)).to.match(/sigstore\.local:81.*(refused|connect)/);
  });

  it('lets running pods be, over a reboot too, while registry and store are stopped', async () => {
    await fleet.on('reg', 'systemctl stop docker-registry');
    await fleet.lab.reboot('w1');
    await eventually('the node is Ready again', () => kubectl.get('node w1'), {
      holds: ({status}) => status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') === true,
      seconds: 90,
    });
    const system = await eventually(
      'its pods run again',
      () => kubectl.list('pods -A --field-selector=spec.nodeName=w1'),
      {
        holds: (pods) => pods.filter(({metadata}) => metadata.namespace !== namespace).every(({status}) => status.phase === 'Running' && status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') === true), // prettier-ignore
        seconds: 120,
      },
    );
    expect(system).to.have.length.greaterThan(1);
    const played = await fleet.succeed();
    expect(
      changedIn(played).filter((name) => name.startsWith('reg ')),
      tail(played),
    ).to.deep.equal(['reg registry/systemd_service', 'reg sigstore/systemd_service']);
  });

  it('trusts the old and the new key while keys are rotated, and then the new one alone', async () => {
    const both = await alone(() => fleet.play('-e', makers(id, second)));
    expect(both.code, tail(both)).to.equal(0);
    figures.push(`run that adds a key and signs anew: ${seconds(both.milliseconds)}`);
    const signatures = `${attacker}\nls "$(folder ${web})"`;
    expect(await fleet.on('reg', signatures)).to.equal('signature-1\nsignature-2');
    await runs(kubectl, 'both', {image: web});
    await fleet.on(
      'reg',
      `${attacker}\ncopied ${web} ${repository}/old:1; skopeo inspect --raw --tls-verify=false docker://${repository}/old:1 >/tmp/m; chmod a+r /tmp/m
runuser -u imagemaker -- sh -c 'cd; f=$(gpg --with-colons -k | grep ^fpr | cut -d: -f10 | head -n 1); XDG_RUNTIME_DIR= skopeo standalone-sign -o s /tmp/m ${repository}/old:1 $f' && keep /home/imagemaker/s ${repository}/old:1`,
    );
    await runs(kubectl, 'old', {image: `${repository}/old:1`});
    await fleet.succeed('-e', makers(second));
    await settled('-e', makers(second));
    expect(await fleet.on('w1', 'ls /var/sigstore/keys')).to.equal('imagemaker.pgp');
    await runs(kubectl, 'new', {image: web});
    expect(await refusalOf(kubectl, 'old', `${repository}/old:1`)).to.match(
      /Key not found for key ID [0-9a-f]{1,16} in signature/,
    );
  });

  it('refuses a key in the place of the one that is pinned', async () => {
    const other = `signer_fingerprints={"${second}":"${'A'.repeat(40)}"}`;
    const played = await fleet.play(
      '-e',
      makers(second),
      '-e',
      `{${other.replace('=', ':').replace('signer_fingerprints', '"signer_fingerprints"')}}`,
    );
    expect(played.code).to.equal(2);
    expect(problemsOf(played).join('\n')).to.match(/there is no key A{40}/);
  });
});
