import {expect} from 'chai';
import {ask, promise, promiseUnder, unknown, type AnyFactKind, type Promised} from '../../engine/task.js';
import {authorizedKeysFact} from '../../tasks/facts/authorized_keys.js';
import {checkFact} from '../../tasks/facts/check.js';
import {fileFact} from '../../tasks/facts/file.js';
import type {FileState} from '../../tasks/facts/file/state.js';
import {groupFact} from '../../tasks/facts/group.js';
import {packageFact} from '../../tasks/facts/package.js';
import {unitFact, type UnitState} from '../../tasks/facts/unit.js';
import {userFact} from '../../tasks/facts/user.js';
import {layOver} from './perform.js';

function after(
  kind: AnyFactKind,
  {key, before}: {readonly key: unknown; readonly before: unknown},
  ...promises: Promised[]
): unknown {
  return layOver(ask(kind, key), before, promises);
}

const absent = (path: string): FileState => ({path, exists: false, type: 'absent'});
const installed = promise(packageFact, {name: 'p'}, {installed: true, version: unknown('apt')});
const noUnit: UnitState = {
  name: 'a.service',
  load: 'not-found',
  active: 'inactive',
  sub: 'dead',
  enabled: '',
  needsReload: false,
  oneshot: false,
  fragment: '',
};

describe('what a fact makes of others’ promises', () => {
  describe('a file', () => {
    const file = (path: string, before: FileState = absent(path)): {key: {path: string}; before: FileState} => ({
      key: {path},
      before,
    });

    it('goes with its folder', () => {
      const there: FileState = {path: '/a/b', exists: true, type: 'file', sha256: 'x'};
      expect(
        after(fileFact, file('/a/b', there), promiseUnder(fileFact, '/a', {exists: false, type: 'absent'})),
      ).to.deep.equal(absent('/a/b'));
      expect(
        after(
          fileFact,
          file('/ab', {...there, path: '/ab'}),
          promiseUnder(fileFact, '/a', {exists: false, type: 'absent'}),
        ),
      ).to.have.property('type', 'file');
    });

    it('stays absent in a folder that is made', () => {
      expect(
        after(fileFact, file('/a/b'), promise(fileFact, {path: '/a'}, {exists: true, type: 'directory'})),
      ).to.deep.equal(absent('/a/b'));
    });

    it('changes with what a link leads to, and by its real name', () => {
      const link: FileState = {
        path: '/l',
        exists: true,
        type: 'link',
        target: 'f',
        to: {path: '/f', exists: true, type: 'file', sha256: 'old', content: 'old'},
      };
      expect(after(fileFact, file('/l', link), promise(fileFact, {path: '/f'}, {sha256: 'new'}))).to.deep.include({
        to: {path: '/f', exists: true, type: 'file', sha256: 'new', content: unknown('what /f holds')},
      });
      const aliased: FileState = {path: '/lib/x', real: '/usr/lib/x', exists: true, type: 'file', mode: '0644'};
      expect(
        after(fileFact, file('/lib/x', aliased), promise(fileFact, {path: '/usr/lib/x'}, {mode: '0600'})),
      ).to.have.property('mode', '0600');
    });

    it('is unknown where a package may bring it, and only there', () => {
      expect(after(fileFact, file('/etc/p/p.conf'), installed)).to.deep.equal(unknown('what package p brings'));
      expect(
        after(fileFact, file('/etc/p', {path: '/etc/p', exists: true, type: 'directory'}), installed),
      ).to.have.property('type', 'directory');
      for (const path of [
        '/etc/systemd/system/a.service',
        '/etc/sysctl.d/9.conf',
        '/usr/local/bin/x',
        '/home/u/x',
        '/root/x',
        '/etc/u7s/namespace.env',
        '/etc/profile.d/90-u7s.sh',
        '/opt/tool/bin/x',
      ]) {
        expect(after(fileFact, file(path), installed), path).to.deep.equal(absent(path));
      }
      for (const path of ['/etc/nu7sance', '/opt/cni/bin/bridge', '/usr/bin/x']) {
        expect(after(fileFact, file(path), installed), path).to.deep.equal(unknown('what package p brings'));
      }
      expect(after(fileFact, file('/etc/x'), promise(packageFact, {name: 'p'}, {installed: false}))).to.deep.equal(
        absent('/etc/x'),
      );
    });

    it('has no old hash beside new content', () => {
      const there: FileState = {
        path: '/f',
        exists: true,
        type: 'file',
        mode: '0600',
        sha256: 'old',
        content: 'old',
        owner: 'a',
        uid: 1,
      };
      expect(
        after(fileFact, file('/f', there), promise(fileFact, {path: '/f'}, {sha256: 'new', owner: 'b'})),
      ).to.deep.equal({
        path: '/f',
        exists: true,
        type: 'file',
        mode: '0600',
        sha256: 'new',
        content: unknown('what /f holds'),
        owner: 'b',
      });
    });
  });

  describe('a unit', () => {
    const unit = {key: {name: 'a'}, before: noUnit};
    const written = (path: string, content?: string): Promised =>
      promise(fileFact, {path}, {exists: true, type: 'file', ...(content === undefined ? {} : {content})});

    it('is there after its file, and known by the file’s text', () => {
      const path = '/etc/systemd/system/a.service';
      expect(after(unitFact, unit, written(path, '[Service]\nExecStart=/x\n[Install]\nWantedBy=x\n'))).to.include({
        load: 'loaded',
        active: 'inactive',
        enabled: 'disabled',
        oneshot: false,
      });
      expect(after(unitFact, unit, written(path, '[Service]\nType=oneshot\n'))).to.include({
        enabled: 'static',
        oneshot: true,
      });
      expect(after(unitFact, unit, written(path))).to.deep.include({
        load: 'loaded',
        enabled: unknown(`the unit file ${path}`),
      });
    });

    it('must be read again after its file, or a file beside it, is another', () => {
      const before: UnitState = {
        ...noUnit,
        load: 'loaded',
        active: 'active',
        enabled: 'enabled',
        fragment: '/etc/systemd/system/a.service',
      };
      for (const path of ['/etc/systemd/system/a.service', '/etc/systemd/system/a.service.d/x.conf']) {
        expect(after(unitFact, {key: {name: 'a'}, before}, written(path, '')), path).to.include({
          needsReload: true,
          active: 'active',
        });
      }
      for (const path of [
        '/etc/systemd/system/b.service',
        '/home/u/.config/systemd/user/a.service',
        '/etc/a.service',
      ]) {
        expect(after(unitFact, {key: {name: 'a'}, before}, written(path, '')), path).to.deep.equal(before);
      }
    });

    it('of a user follows the files of that manager', () => {
      const path = '/home/u/.config/systemd/user/a@.service';
      expect(
        after(
          unitFact,
          {key: {name: 'a@1', scope: 'user'}, before: {...noUnit, name: 'a@1.service'}},
          written(path, '[Install]\n'),
        ),
      ).to.include({load: 'loaded'});
    });

    it('may come with a package', () => {
      expect(after(unitFact, unit, installed)).to.deep.equal(unknown('what package p brings'));
    });
  });

  describe('a check', () => {
    const said = (code: number): {key: {script: string}; before: {code: number; seen: boolean}} => ({
      key: {script: "/usr/libexec/look '/srv' && tool"},
      before: {code, seen: true},
    });
    const started = promise(unitFact, {name: 'web'}, {active: 'active'});

    it('that could not be run gives its answer when its program is there', () => {
      const wanted = unknown('an answer of its check after /usr/libexec/look');
      const look = promise(fileFact, {path: '/usr/libexec/look'}, {type: 'file'});
      expect(after(checkFact, said(127), look)).to.deep.equal(wanted);
      expect(after(checkFact, said(126), promise(fileFact, {path: '/usr/libexec/look'}, {mode: '0755'}))).to.deep.equal(
        wanted,
      );
      expect(after(checkFact, said(127), promise(fileFact, {path: '/usr/bin/tool'}, {type: 'link'}))).to.deep.equal(
        unknown('an answer of its check after /usr/bin/tool'),
      );
    });

    it('that could not tell gives its answer when a service runs', () => {
      expect(after(checkFact, said(75), started)).to.deep.equal(unknown('an answer of its check after web.service'));
    });

    it('keeps the answer that it gave', () => {
      for (const code of [0, 1, 127]) expect(after(checkFact, said(code), started)).to.deep.equal(said(code).before);
      const other = promise(fileFact, {path: '/usr/bin/other'}, {type: 'file'});
      const folder = promise(fileFact, {path: '/srv'}, {type: 'directory'});
      expect(after(checkFact, said(127), other, folder)).to.deep.equal(said(127).before);
    });
  });

  it('a group comes with the user of its name', () => {
    const made = promise(userFact, {name: 'u'}, {exists: true, group: 'u', gid: unknown('useradd'), home: '/home/u'});
    expect(after(groupFact, {key: {name: 'u'}, before: {name: 'u', exists: false}}, made)).to.deep.include({
      exists: true,
      gid: unknown('useradd'),
    });
    expect(after(authorizedKeysFact, {key: {user: 'u'}, before: {exists: false, path: '', text: ''}}, made)).to.include(
      {exists: true, path: '/home/u/.ssh/authorized_keys'},
    );
  });
});
