import {expect} from 'chai';
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {etcdTest, type EtcdStatusKey} from '../../tasks/facts/etcd_status.js';

const voter = '1a, started, cp1, https://192.0.2.1:2380, https://192.0.2.1:2379, false';
const learner = '2b, started, cp2, https://192.0.2.2:2380, https://192.0.2.2:2379, true';
const announced = '2b, unstarted, , https://192.0.2.2:2380, , true';

describe('what a wait for etcd asks', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-etcd-'));
  });
  after(() => {
    rmSync(folder, {recursive: true});
  });

  /** The exit status where etcdctl lists so, and no learner is well. */
  function statusWith(list: string, key: Partial<EtcdStatusKey> = {}): number | null {
    const program = join(folder, 'etcdctl');
    writeFileSync(
      program,
      `#!/bin/sh
case "$*" in
  *'member list'*) cat "\${0%/*}/list"; [ -s "\${0%/*}/list" ] || { echo 'rpc not supported for learner' >&2; exit 1; } ;;
  *health*192.0.2.2*) [ "$(grep -c , "\${0%/*}/list")" = 1 ] ;;
esac
`,
    );
    chmodSync(program, 0o755);
    writeFileSync(join(folder, 'list'), list);
    const whole = {endpoints: 'https://127.0.0.1:2379', cacert: '/c', cert: '/c', key: '/k', existing: false, answering: false, voting: false, ...key}; // prettier-ignore
    return spawnSync('sh', ['-c', etcdTest(whole)], {env: {PATH: `${folder}:${process.env['PATH'] ?? ''}`}}).status;
  }

  it('is answered by members that are all well', () => {
    expect(statusWith(`${voter}\n`)).to.equal(0);
    expect(statusWith(`${voter}\n`, {voting: true})).to.equal(0);
  });

  it('is not answered while somebody joins, but where those who vote alone count', () => {
    for (const other of [learner, announced]) {
      expect(statusWith(`${voter}\n${other}\n`), other).to.equal(1);
      expect(statusWith(`${voter}\n${other}\n`, {voting: true}), other).to.equal(0);
    }
  });

  it('is not answered by a voter that has not started', () => {
    const absent = '3c, unstarted, , https://192.0.2.3:2380, , false';
    expect(statusWith(`${voter}\n${absent}\n`, {voting: true})).to.equal(1);
  });

  it('keeps nobody waiting on a learner itself', () => {
    expect(statusWith('')).to.equal(1);
    expect(statusWith('', {voting: true})).to.equal(0);
  });
});
