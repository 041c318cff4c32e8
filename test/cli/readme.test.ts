import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {packageRoot} from '../../engine/root.js';
import {createProgram} from './program.js';

describe('the README', function () {
  this.timeout(20_000);
  const text = readFileSync(join(packageRoot, 'README.md'), 'utf8');

  it('has a first playbook without a mistake', async () => {
    const program = createProgram();
    try {
      for (const [, name = '', yaml = ''] of text.matchAll(/```yaml\n# (\S+)\n([^]*?)```/g)) program.write(name, yaml);
      const {code, stdout, stderr} = await program.run('graph', 'site.yml', '-i', 'hosts.yml');
      expect({code, stderr}).to.deep.equal({code: 0, stderr: ''});
      expect(stdout).to.include('web1 web2');
    } finally {
      program.remove();
    }
  });

  it('names only commands that there are', () => {
    const {scripts} = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name = '']) => name);
    expect(named).to.include('demo');
    expect(named.filter((name) => !(name in scripts))).to.deep.equal([]);
  });
});
