import {expect} from 'chai';
import {differences, fingerprint, type Fingerprint} from '../fingerprint.js';
import {hosts, type Fleet} from '../fleet.js';
import {changedIn, endedAs, problemsOf} from '../journal.js';
import {expectNothingToDo} from '../nothing-to-do.js';
import {tail, type Played} from '../play.js';
import {sshCommand} from '../../lab/ssh.js';
import {command} from '../../lab/process.js';

/** Something that no run sets right by itself. */
export interface Refusal {
  readonly name: string;
  hold(fleet: Fleet): Promise<void>;
}

interface Expected {
  readonly code: number;
  /** What the failure says, with its hint. */
  readonly says: RegExp;
  /** A host that cannot be looked at meanwhile. */
  readonly without?: string;
}

/** What went wrong first, with what to do. */
function complaints(played: Played): string {
  const failures = endedAs(played, 'failed', 'unreachable').map(({outcome}) =>
    'failure' in outcome
      ? `${outcome.failure.message} ${outcome.failure.stderr ?? ''} ${outcome.failure.hint ?? ''}`
      : '',
  );
  return failures.join('\n');
}

/** Holds that a check and a run end so, and that the run changes nothing; then that nothing is left of it. */
async function holdRefusal(
  fleet: Fleet,
  {code, says, without}: Expected,
  parts: {readonly make: () => Promise<unknown>; readonly undo: () => Promise<unknown>},
): Promise<void> {
  const look = (): Promise<readonly Fingerprint[]> =>
    Promise.all(hosts.filter((host) => host !== without).map((host) => fingerprint(fleet, host)));
  await parts.make();
  try {
    const before = await look();
    for (const words of [['--check'], []]) {
      const played = await fleet.play(...words);
      expect(played.code, tail(played)).to.equal(code);
      expect(complaints(played), problemsOf(played).join('\n')).to.match(says);
      expect(changedIn(played), tail(played)).to.deep.equal([]);
    }
    const after = await look();
    expect(before.flatMap((state, index) => differences(state, after[index] ?? new Map<string, string>()))).to.deep.equal([]); // prettier-ignore
  } finally {
    await parts.undo();
  }
  expectNothingToDo(await fleet.succeed());
}

/** A refusal that a script on one host causes, and another one ends. */
function refusal(
  name: string,
  {host, make, undo, ...expected}: Expected & {readonly host: string; readonly make: string; readonly undo: string},
): Refusal {
  const settings = '. /etc/u7s/namespace.env; K=$U7S_DATA/etc_kubernetes\n';
  return {
    name,
    hold: (fleet) =>
      holdRefusal(fleet, expected, {
        make: () => fleet.on(host, settings + make),
        undo: () => fleet.on(host, settings + undo),
      }),
  };
}

const otherKey = `mkdir /root/keys && mv /etc/ssh/ssh_host_* /root/keys/ && ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && systemctl restart ssh`;
const ownKey = 'rm -f /etc/ssh/ssh_host_* && mv /root/keys/* /etc/ssh/ && rmdir /root/keys && systemctl restart ssh';

/** A host shows another key than the one that is known. */
const changedHostKey: Refusal = {
  name: 'a changed host key',
  hold: (fleet) => {
    const [ssh, ...words] = sshCommand(fleet.site.name, 'w2');
    const blindly = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
    return holdRefusal(
      fleet,
      {
        code: 4,
        says: /the key of \S+ has changed.*another key; somebody may be in between.*ssh-keygen -R/s,
        without: 'w2',
      },
      {
        make: () => fleet.on('w2', otherKey),
        undo: () => command([ssh, ...blindly, ...words, ownKey], {timeout: 60}),
      },
    );
  },
};

// A program of the host's own, found before the real one.
const fastClock = `#!/bin/sh
case " $* " in *' -d '*) exec /usr/bin/date "$@" ;; *) exec /usr/bin/date -d '+2 hours' "$@" ;; esac`;

export const refusals: readonly Refusal[] = [
  changedHostKey,
  refusal('a foreign authority in the kubeconfig of a node', {
    host: 'w1',
    make: `cp -p "$K/kubelet.conf" /root/kubelet.conf && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=foreign -keyout /dev/null -out /root/foreign.crt 2>/dev/null
sed "s|certificate-authority-data: .*|certificate-authority-data: $(base64 -w 0 /root/foreign.crt)|" /root/kubelet.conf | cat >"$K/kubelet.conf"`,
    undo: 'cat /root/kubelet.conf >"$K/kubelet.conf" && rm /root/kubelet.conf /root/foreign.crt',
    code: 2,
    says: /belongs to another cluster.*take it out of that cluster first/s,
  }),
  refusal('a member of etcd that holds data, without the authority of its cluster', {
    host: 'cp1',
    make: 'mv "$K/pki/ca.key" /root/ca.key',
    undo: 'mv /root/ca.key "$K/pki/ca.key"',
    code: 2,
    says: /etcd holds a cluster's data in .*restore pki\/ca\.crt and pki\/ca\.key/s,
  }),
  refusal('a wrong clock', {
    host: 'w2',
    make: `cat >/usr/local/bin/date <<'END'\n${fastClock}\nEND\nchmod 0755 /usr/local/bin/date`,
    undo: 'rm /usr/local/bin/date',
    code: 2,
    says: /the clock of another host is far ahead.*synchronise the clocks/s,
  }),
  {
    name: 'a full disk',
    hold: async (fleet) => {
      const fill = `mkdir /root/kept && cp -a /etc/sysctl.d/. /root/kept && mount -t tmpfs -o size=64k tmpfs /etc/sysctl.d && cp -a /root/kept/. /etc/sysctl.d && rm /etc/sysctl.d/90-u7s.conf
dd if=/dev/zero of=/etc/sysctl.d/filler bs=4k 2>/dev/null; ls -A /etc/sysctl.d`;
      const before = await fleet.on('w2', fill);
      try {
        expect(changedIn(await fleet.succeed('--check'))).to.deep.equal(['w2 host/sysctl']);
        const played = await fleet.play();
        expect(played.code, tail(played)).to.equal(2);
        expect(complaints(played)).to.match(/no space left/i);
        expect(await fleet.on('w2', 'ls -A /etc/sysctl.d'), 'nothing is left half-written').to.equal(before);
        await fleet.on('w2', 'rm /etc/sysctl.d/filler');
        expect(changedIn(await fleet.succeed())).to.deep.equal(['w2 host/sysctl']);
        await fleet.on('w2', 'cmp /etc/sysctl.d/90-u7s.conf /root/kept/90-u7s.conf');
      } finally {
        await fleet.on('w2', 'umount /etc/sysctl.d && rm -r /root/kept');
      }
      expectNothingToDo(await fleet.succeed());
    },
  },
];
