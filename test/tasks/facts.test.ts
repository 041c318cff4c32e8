import {lchownSync, lstatSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {ask} from '../../engine/task.js';
import {authorizedKeysFact} from '../../tasks/facts/authorized_keys.js';
import {checkFact} from '../../tasks/facts/check.js';
import {fileFact} from '../../tasks/facts/file.js';
import type {FileKey, FileState} from '../../tasks/facts/file/state.js';
import {groupFact} from '../../tasks/facts/group.js';
import {hostnameFact} from '../../tasks/facts/hostname.js';
import {lingerFact} from '../../tasks/facts/linger.js';
import {moduleFact} from '../../tasks/facts/module.js';
import {osFact} from '../../tasks/facts/os.js';
import {packageFact} from '../../tasks/facts/package.js';
import {portFact} from '../../tasks/facts/port.js';
import {rcServiceFact} from '../../tasks/facts/rc_service.js';
import {sysctlFact} from '../../tasks/facts/sysctl.js';
import {treeFact} from '../../tasks/facts/tree.js';
import {unitFact} from '../../tasks/facts/unit.js';
import {userFact} from '../../tasks/facts/user.js';
import {describeOnShells, hostileNames, taskOf} from './on-shells.js';
import {readFact, readFacts} from './perform.js';

describeOnShells('facts', ({host, folder}) => {
  it('reads many files of every name at once, in order', async () => {
    const keys = hostileNames.map((name) => ({path: join(folder(), name), content: true}));
    for (const [index, key] of keys.entries()) if (index % 3 !== 0) writeFileSync(key.path, `content\n${index}\n`);
    symlinkSync(keys[1]?.path ?? '', join(folder(), 'link'));
    symlinkSync('nowhere\nat all', join(folder(), 'dangling'));
    const all = [
      ...keys,
      {path: join(folder(), 'link'), content: true},
      {path: join(folder(), 'dangling')},
      {path: folder()},
    ];
    const states = fileFact.parse(all, await host.exec(fileFact.script(all)));
    expect(states).to.have.length(all.length);
    for (const [index, key] of keys.entries()) {
      expect(states[index]?.type, key.path).to.equal(index % 3 === 0 ? 'absent' : 'file');
      expect(states[index]?.content, key.path).to.equal(index % 3 === 0 ? undefined : `content\n${index}\n`);
      if (index % 3 !== 0) expect(states[index]?.sha256, key.path).to.match(/^[0-9a-f]{64}$/);
    }
    expect(states.at(-3))
      .to.include({type: 'link', target: keys[1]?.path})
      .and.to.have.nested.property('to.content', 'content\n1\n');
    expect(states.at(-2)).to.include({type: 'link', target: 'nowhere\nat all'}).and.not.to.have.property('to');
    expect(states.at(-1)).to.include({type: 'directory', mode: '0700'});
  });
  it('tells of many files what it tells of a few', async () => {
    const keys = Array.from({length: 90}, (_, index) => ({path: join(folder(), `f ${index}`)}));
    for (const [index, {path}] of keys.entries()) {
      if (index % 5 === 0) continue;
      if (index % 7 === 0) symlinkSync(index % 2 === 0 ? 'f 1' : 'nowhere', path);
      else writeFileSync(path, String(index));
      if (process.getuid?.() === 0) lchownSync(path, [0, 1, 4242][index % 3] ?? 0, [0, 4243][index % 2] ?? 0);
    }
    const read = async (some: readonly FileKey[]): Promise<readonly FileState[]> =>
      fileFact.parse(some, await host.exec(fileFact.script(some)));
    const many = await read(keys);
    const few = [...(await read(keys.slice(0, 45))), ...(await read(keys.slice(45)))];
    expect(many).to.deep.equal(few);
    expect(await read(keys)).to.equal(many);
    expect(await read(keys.map((key) => ({...key, digest: false})))).to.not.equal(many);
    const timed = await read(keys.map((key, index) => ({...key, times: index > 0})));
    expect([timed[1]?.mtime, many[1]?.mtime]).to.deep.equal([
      Math.floor(lstatSync(keys[1]?.path ?? '').mtimeMs / 1000),
      undefined,
    ]);
    writeFileSync(keys[1]?.path ?? '', 'other');
    expect((await read(keys))[1]?.sha256).to.not.equal(many[1]?.sha256);
  });
  it('tells bytes that are no text from text, and reads no content above the limit', async () => {
    writeFileSync(join(folder(), 'binary'), Buffer.from([0, 255, 254, 10]));
    writeFileSync(join(folder(), 'large'), Buffer.alloc(1024 * 1024 + 1, 'a'));
    const binary = await readFact(host, ask(fileFact, {path: join(folder(), 'binary'), content: true}));
    const large = await readFact(host, ask(fileFact, {path: join(folder(), 'large'), content: true}));
    expect(binary.bytes).to.equal(Buffer.from([0, 255, 254, 10]).toString('base64'));
    expect(large).to.not.have.property('content');
    expect(large.sha256).to.match(/^[0-9a-f]{64}$/);
  });
  it('tells what stands at a path', async () => {
    writeFileSync(join(folder(), 'f'), 'é\n');
    symlinkSync('f', join(folder(), 'l'));
    const output = async (module: string, args: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const task = taskOf(module, args);
      return task.module.output?.(task.args, await readFacts(host, task.module, task.args));
    };
    expect(await output('slurp', {src: join(folder(), 'l')})).to.include({text: 'é\n', content: 'w6kK'});
    expect(await output('stat', {path: join(folder(), 'l'), follow: true})).to.have.nested.property('stat.size', 3);
    expect(await output('stat', {path: join(folder(), 'l')})).to.have.nested.property('stat.lnk_target', 'f');
    expect(await output('stat', {path: join(folder(), 'none')})).to.deep.equal({
      stat: {exists: false, path: join(folder(), 'none')},
    });
  });
  it('reads the facts of every kind without changing anything or failing', async () => {
    const questions = [
      ask(userFact, {name: 'root'}),
      ask(userFact, {name: 'no-one-here'}),
      ask(groupFact, {name: 'root'}),
      ask(packageFact, {name: 'no-such-package'}),
      ask(unitFact, {name: 'no-such-unit'}),
      ask(unitFact, {name: 'no-such-unit', scope: 'user'}),
      ask(sysctlFact, {name: 'net.ipv4.ip_local_port_range'}),
      ask(sysctlFact, {name: 'no.such.key'}),
      ask(moduleFact, {name: 'no_such_module'}),
      ask(lingerFact, {user: 'root'}),
      ask(hostnameFact, {}),
      ask(osFact, {}),
      ask(portFact, {host: '127.0.0.1', port: 1}),
      ask(portFact, {socket: '/no/such/socket'}),
      ask(rcServiceFact, {name: 'no-such-service'}),
      ask(authorizedKeysFact, {user: 'no-one-here'}),
      ask(checkFact, {script: 'exit 3'}),
    ];
    const answers: Record<string, unknown> = {};
    for (const question of questions)
      answers[`${question.kind.name} ${question.id}`] = await readFact<unknown>(host, question);
    expect(answers['user root']).to.deep.include({exists: true, uid: 0, group: 'root'});
    expect(answers['user no-one-here']).to.deep.include({exists: false});
    expect(answers['group root']).to.deep.include({exists: true, gid: 0});
    expect(answers['sysctl net/ipv4/ip_local_port_range'])
      .to.have.property('value')
      .that.matches(/^\d+ \d+$/);
    expect(answers['sysctl no/such/key']).to.not.have.property('value');
    expect(answers['module no_such_module']).to.include({loaded: false, builtin: false});
    expect(answers['port 127.0.0.1:1']).to.deep.equal({open: false});
    expect(answers['check $ exit 3']).to.deep.equal({code: 3, seen: true});
    expect(answers['authorized_keys no-one-here']).to.include({exists: false});
    expect(answers['os os']).to.have.property('arch').that.is.not.empty;
  });

  it('shows a new tree alike whether it was known to be empty or not', () => {
    const shown = (before: {deviating: number} | undefined): number => treeFact.show(before, {deviating: 0}).length;
    expect([undefined, {deviating: 0}, {deviating: 3}].map(shown)).to.deep.equal([0, 0, 1]);
  });
});
