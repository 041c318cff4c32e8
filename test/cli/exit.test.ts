import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';

const exitModule = new URL('../../engine/cli/exit.js', import.meta.url).href;

function exitOf(main: string, state: string): {code: number | null; stderr: string} {
  const script = `import(${JSON.stringify(exitModule)}).then(({exitWith}) => exitWith(${main}))`;
  const {status, stderr} = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: {...process.env, XDG_STATE_HOME: state},
  });
  return {code: status, stderr};
}

describe('the end of the program', () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'u7s-play-exit-'));
  });
  afterEach(() => {
    rmSync(state, {recursive: true});
  });

  it('has the code that main gives', () => {
    expect(exitOf('async () => 4', state)).to.deep.equal({code: 4, stderr: ''});
  });

  for (const [kind, main] of [
    ['thrown', "async () => { throw new Error('Internal error: no such node'); }"],
    [
      'thrown where nobody catches it',
      "() => new Promise(() => setTimeout(() => { throw new Error('no such node'); }))",
    ],
    [
      'rejected where nobody catches it',
      "() => new Promise(() => void Promise.reject(new Error('no such node')) || setTimeout(() => {}, 9000))",
    ],
  ] as const) {
    it(`tells a bug that is ${kind} in a line, keeps its stack, and has the code 250`, () => {
      const {code, stderr} = exitOf(main, state);
      expect(code).to.equal(250);
      const file = /^internal error: no such node\n {2}this is a bug in u7s-play; its stack: (.*)\n$/.exec(stderr)?.[1];
      expect(readFileSync(file ?? '', 'utf8')).to.include('no such node\n    at ');
    });
  }
});
