import {expect} from 'chai';
import type {Kubectl} from '../kubectl.js';

// The network's own image stands on Debian's essential packages: perl is one of them.
const image = 'registry.local/u7s/flannel:v0.28.4';

const receiver = `use IO::Socket::INET;
my $tcp = IO::Socket::INET->new(LocalPort => 7000, Listen => 5, ReuseAddr => 1) or die;
my $udp = IO::Socket::INET->new(LocalPort => 7001, Proto => 'udp') or die;
if (!fork) { while ($udp->recv(my $data, 65535)) { $udp->send(length $data) } exit }
while (my $peer = $tcp->accept) {
  my ($sum, $data) = (0);
  $sum += length $data while sysread $peer, $data, 1 << 16;
  print $peer "$sum\\n"; close $peer;
}`;

const tcp = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 7000, Timeout => 20) or die "no connection: $!";
my $data = 'x' x (1 << 20); for (1 .. $ARGV[1]) { my $sent = 0; while ($sent < length $data) { $sent += syswrite($s, $data, length($data) - $sent, $sent) // die "broken: $!" } }
shutdown $s, 1; print scalar <$s>;`;

const udp = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => 7001, Proto => 'udp') or die;
my $back = 0; for (1 .. $ARGV[1]) { $s->send('x' x 8192); eval { local $SIG{ALRM} = sub { die }; alarm 3; $s->recv(my $data, 100); $back++ if $data == 8192; alarm 0 } }
print "$back\\n";`;

/** A pod on a node that takes TCP on port 7000 and tells how much came, and UDP on port 7001 and tells each packet's size. */
export function talker(name: string, {namespace, node}: {readonly namespace: string; readonly node: string}): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace},
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 1,
      tolerations: [{operator: 'Exists'}],
      containers: [{name: 'main', image, imagePullPolicy: 'IfNotPresent', command: ['perl', '-e', receiver]}],
    },
  };
}

function quoted(script: string): string {
  return `'${script.replaceAll("'", `'\\''`)}'`;
}

/** Holds that 100 MiB of TCP and packets of 8 KiB by UDP come from a pod (`namespace/name`) to an address; resolves with the seconds that TCP took. */
export async function holdTraffic(kubectl: Kubectl, from: string, address: string): Promise<number> {
  const begun = Date.now();
  // It takes seconds; minutes where the machine has much else to do.
  const sent = await kubectl.inPod(from, `perl -e ${quoted(tcp)} ${address} 100`, {seconds: 600});
  expect(sent, `TCP from ${from}`).to.equal(String(100 * 2 ** 20));
  const seconds = (Date.now() - begun) / 1000;
  const back = Number(await kubectl.inPod(from, `perl -e ${quoted(udp)} ${address} 20`, {seconds: 120}));
  expect(back, `UDP packets of 8 KiB from ${from}, of 20`).to.be.greaterThanOrEqual(19);
  return seconds;
}
