import {expect} from 'chai';
import {endingSoon, shorten} from '../certificates.js';
import {figures, seconds} from '../figures.js';
import type {Fleet} from '../fleet.js';
import {changedIn} from '../journal.js';
import {tail} from '../play.js';
import {watch} from './availability.js';
import {wellAgain} from './endure.js';

/** Certificates on one of several control planes that end soon. */
export function describeRenewal(started: {readonly fleet: Fleet}): void {
  it('renew what ends soon on one of them, etcd too, and new connections are answered all the while', async () => {
    const {fleet} = started;
    await wellAgain(fleet);
    await shorten(fleet, 'cp2', [
      ...['apiserver', 'apiserver-etcd-client', 'front-proxy-client', 'etcd-server', 'etcd-peer'],
      'controller-manager.conf',
    ]);
    expect(await endingSoon(fleet, 'cp2')).to.include.members(['pki/apiserver.crt', 'controller-manager.conf']);
    const watching = watch(`${fleet.site.prefix}.30`, 8443);
    const played = await fleet.succeed();
    const {longestGap, failed, requests} = await watching.end();
    const line = `certificates of a control plane renewed: ${seconds(played.milliseconds)}, longest gap ${seconds(longestGap)}, ${failed} of ${requests} requests failed`;
    figures.push(line);
    expect(longestGap, line).to.be.lessThan(5000);
    expect(changedIn(played), tail(played)).to.deep.equal(['cp2 control_plane/kubeadm_renewal']);
    for (const host of ['cp1', 'cp2', 'cp3']) expect(await endingSoon(fleet, host), host).to.deep.equal([]);
    const again = await fleet.succeed();
    expect(changedIn(again), tail(again)).to.deep.equal([]);
    await wellAgain(fleet);
  });
}
