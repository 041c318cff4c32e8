import {expect} from 'chai';
import {createSecrets} from '../../engine/run/secrets.js';
import {scene} from './rig.js';

describe('secrets', () => {
  it('are hidden in every form in which they may be written', () => {
    const secrets = createSecrets();
    const secret = 'p"ss w/rd+1';
    secrets.add(secret);
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    for (const form of [
      secret,
      `x${secret}y`,
      JSON.stringify({a: secret}),
      encodeURIComponent(secret),
      base64(secret),
      base64(`user:${secret}`),
      base64(`ab${secret}cd`),
    ]) {
      const masked = secrets.mask({deep: [form]}).deep[0];
      expect(masked).to.include('***');
      for (const part of [secret, secret.slice(1, 8), base64(secret).slice(4, 10), encodeURIComponent(secret)])
        expect(masked).not.to.include(part);
    }
  });

  it('that are short hide the whole field that holds them, and no other', () => {
    const secrets = createSecrets();
    secrets.add('abc');
    expect(secrets.mask({field: 'the abc is', other: 'abcd'})).to.deep.equal({field: '***', other: 'abcd'});
  });

  it('appear in no event: arguments marked writeOnly, and what tasks with no_log tell', async () => {
    const canary = 'canary-8f2a77';
    const other = 'canary-11b0c9';
    const {run, check} = await scene(
      `
- hosts: all
  vars: {password: ${canary}}
  tasks:
    - {name: Add, user: {name: ann, password: "{{password}}"}}
    - {name: Leak, file: {path: /leak, text: "p={{password}}"}}
    - {name: Say, debug: {msg: "it is {{password}}"}}
    - {name: Ask, command: {cmd: echo ${other}}, no_log: true, register: asked}
    - {name: Tell, debug: {msg: "{{asked.stdout}}"}}
    - {name: Fail, fail: {msg: "{{asked.stdout}} {{password}}"}, ignore_errors: true}
    - {name: Quiet, fail: {msg: quiet-reason}, no_log: true, ignore_errors: true}
`,
    );
    for (const story of [await check({diff: true}), await run({diff: true})]) {
      const all = JSON.stringify(story.events);
      expect(all).not.to.include(canary);
      expect(all).not.to.include(Buffer.from(canary).toString('base64'));
      expect(all).not.to.include('quiet-reason');
      if (story.events.some((event) => event.type === 'run-started' && !event.check)) expect(all).not.to.include(other);
      expect(story.outcome('Say')).to.deep.equal({status: 'ok', message: 'it is ***'});
    }
  });

  it('are the arguments of a role that its declaration marks so', async () => {
    const canary = 'canary-51d2e6';
    const {run} = await scene(`- {hosts: all, roles: [{role: app, vars: {key: ${canary}}}]}\n`, {
      beside: {
        'roles/app/meta/main.yml':
          'description: An app\narguments:\n  properties:\n    key: {type: string, description: Its key., writeOnly: true}\n',
        'roles/app/tasks/main.yml': '- {name: Say, debug: {msg: "it is {{key}}"}}\n',
      },
    });
    const story = await run();
    expect(JSON.stringify(story.events)).not.to.include(canary);
    expect(story.outcome('Say')).to.deep.equal({status: 'ok', message: 'it is ***'});
  });

  it('are no words that a task with no_log told and nobody registered', async () => {
    const {run} = await scene(`
- hosts: all
  tasks:
    - {name: Quiet, command: {cmd: echo someone}, no_log: true}
    - {name: Say, debug: {msg: "someone is there"}}
`);
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: 'someone is there'});
  });

  it('may be known from outside the run', async () => {
    const {run} = await scene('- hosts: all\n  tasks:\n    - {name: Say, debug: {msg: "sudo with hunter2"}}\n');
    expect((await run({secrets: ['hunter2']})).outcome('Say')).to.deep.equal({status: 'ok', message: 'sudo with ***'});
  });
});
