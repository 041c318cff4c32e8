import {describeUpgrade} from './describe-upgrade.js';

describeUpgrade('an upgrade of one control plane and two workers', {
  site: {inventory: 'lab', hosts: ['lb1', 'cp1', 'w1', 'w2'], name: 'up', prefix: '10.121.0', ids: 7},
  controlPlanes: ['cp1'],
  workers: ['w1', 'w2'],
  api: 31,
  signed: false,
  // Its only API server and its only etcd are replaced.
  apiBound: 300_000,
});
