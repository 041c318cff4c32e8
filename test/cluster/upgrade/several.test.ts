import {describeUpgrade} from './describe-upgrade.js';

describeUpgrade('an upgrade of three control planes that run signed images only', {
  site: {
    inventory: 'lab-ha',
    hosts: ['lb1', 'lb2', 'reg', 'cp1', 'cp2', 'cp3', 'w1', 'w2'],
    name: 'up',
    prefix: '10.121.0',
    ids: 7,
  },
  controlPlanes: ['cp1', 'cp2', 'cp3'],
  workers: ['w1', 'w2'],
  api: 30,
  signed: true,
  apiBound: 10_000,
});
