import {expect} from 'chai';
import type {Invocation, RunOptions} from '../../engine/cli/invocation.js';
import {parseArguments} from '../../engine/cli/options.js';

function parse(line: string): {invocation: Invocation; out: string; error: string} {
  let [out, error] = ['', ''];
  const invocation = parseArguments(
    line.split(' ').filter((word) => word !== ''),
    {
      version: '1.2.3',
      out: (text) => {
        out += text;
      },
      error: (text) => {
        error += text;
      },
    },
  );
  return {invocation, out, error};
}

function runOptions(line: string): RunOptions {
  const {invocation, error} = parse(line);
  if (invocation.command !== 'run') throw new Error(`${line}: ${invocation.command} ${error}`);
  return invocation.options;
}

function refusal(line: string): string {
  const {invocation, error} = parse(line);
  expect(invocation).to.deep.equal({command: 'none', code: 1});
  return error;
}

describe('the command line', () => {
  it('runs playbooks, with the letters of Ansible', () => {
    const options = runOptions(
      'a.yml b.yml -i hosts.yml -i more, -l w1 -t x,y --tags z --skip-tags slow -e a=1 -e @v.yml -f 3 -CD -vvv -b -u deploy -T 5',
    );
    expect(options.project).to.deep.equal({
      playbooks: ['a.yml', 'b.yml'],
      inventories: ['hosts.yml', 'more,'],
      extraVars: ['a=1', '@v.yml'],
      limit: 'w1',
      tags: ['x', 'y', 'z'],
      skipTags: ['slow'],
      startAtTask: undefined,
      vault: {},
      rolesPath: [],
      forceHandlers: false,
    });
    expect(options).to.include({check: true, diff: true, strict: false, forks: 3, verbosity: 3});
    expect(options.login).to.include({become: true, user: 'deploy', timeout: 5});
  });

  it('takes second names of options', () => {
    const options = runOptions(
      'a.yml --inventory-file h --key-file k --force-handlers --roles-path a:b --roles-path /c',
    );
    expect(options.project).to.deep.include({forceHandlers: true, rolesPath: ['a', 'b', '/c']});
    expect(options.project.inventories).to.deep.equal(['h']);
    expect(options.login.privateKey).to.equal('k');
  });

  it('shows what people read on standard output unless another form is asked for there', () => {
    expect(runOptions('a.yml').outputs).to.deep.equal([{format: 'human'}]);
    expect(runOptions('a.yml --output json').outputs).to.deep.equal([{format: 'json'}]);
    expect(runOptions('a.yml --output junit:r.xml').outputs).to.deep.equal([
      {format: 'human'},
      {format: 'junit', file: 'r.xml'},
    ]);
  });

  it('lists, checks and draws instead of running', () => {
    expect(parse('a.yml --list-hosts --list-tags').invocation).to.deep.include({
      command: 'list',
      what: ['hosts', 'tags'],
    });
    expect(parse('a.yml --syntax-check').invocation).to.include({command: 'syntax-check'});
    expect(parse('graph a.yml -i h --format dot --tasks').invocation).to.deep.include({
      command: 'graph',
      format: 'dot',
      tasks: true,
    });
    expect(parse('doc file').invocation).to.deep.equal({
      command: 'doc',
      names: ['file'],
      write: false,
      rolesPath: [],
    });
    expect(parse('inventory -i h --host w1').invocation).to.deep.equal({
      command: 'inventory',
      inventories: ['h'],
      vault: {},
      playbookFolder: undefined,
      showSecrets: false,
      form: {kind: 'host', name: 'w1', yaml: false},
    });
  });

  it('refuses an unknown option and tells a near one', () => {
    expect(refusal('a.yml --chek')).to.match(/unknown option '--chek'[^]*Did you mean --check/);
  });

  it('refuses values that an option cannot take', () => {
    expect(refusal('a.yml -f 0')).to.include('expected a number above 0');
    expect(refusal('a.yml --output xml')).to.include('expected human, plain, json, junit');
    expect(refusal('a.yml --output junit:')).to.include('expected a file after "junit:"');
    expect(refusal('a.yml --output json --output plain')).to.include('one output alone can go to standard output');
    expect(refusal('graph a.yml --format png')).to.include('Allowed choices are text, mermaid, dot, json');
  });

  it('refuses a command without a playbook', () => {
    expect(refusal('')).to.include('no playbook given');
    expect(refusal('graph -i h')).to.include('no playbook given; see u7s-play graph --help');
    expect(refusal('inventory -i h')).to.include('--list, --host NAME and --graph');
  });

  it('refuses an option before the word that it belongs to, which would be lost', () => {
    expect(refusal('-i hosts.yml graph a.yml')).to.include('put --inventory after the word "graph"');
  });

  it('prints help with its groups and examples, and the version', () => {
    const {invocation, out} = parse('--help');
    expect(invocation).to.deep.equal({command: 'none', code: 0});
    expect(out).to.include('Where and on what:').and.include('Examples:\n').and.include('Exit codes: 0 all well');
    expect(parse('--version').out).to.equal('1.2.3\n');
  });
});
