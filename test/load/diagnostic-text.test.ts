import {expect} from 'chai';
import type {Diagnostic} from '../../engine/diagnostic.js';
import {diagnosticsText} from '../../engine/load/diagnostic-text.js';

const lines = [
  '- hosts: all',
  '  tasks:',
  '    - file: {path: /x, onwer: root}',
  `    - debug: {msg: ${'x'.repeat(300)}}`,
];

function text(...diagnostics: readonly Diagnostic[]): string {
  return diagnosticsText(diagnostics, {
    cwd: '/',
    lineOf: (file, line) => (file === 'site.yml' ? lines[line - 1] : undefined),
  });
}

describe('a diagnostic as text', () => {
  it('names the place, shows the line with a squiggle, and says what to do', () => {
    const at = {file: 'site.yml', line: 3, column: 24, length: 5};
    expect(
      text({severity: 'error', at, message: 'unknown key "onwer" in file', hint: 'did you mean "owner"?'}),
    ).to.equal(
      [
        'site.yml:3:24 unknown key "onwer" in file',
        '        - file: {path: /x, onwer: root}',
        '                           ~~~~~',
        '    did you mean "owner"?',
      ].join('\n'),
    );
  });

  it('marks warnings, and shows the trail of a cycle', () => {
    const at = {file: 'site.yml', line: 1, column: 3, length: 5};
    const shown = text({severity: 'warning', at, message: 'odd', trail: [{at, message: 'from here'}]});
    expect(shown.split('\n')[0]).to.equal('site.yml:1:3 warning: odd');
    expect(shown.split('\n').at(-1)).to.equal('    site.yml:1:3 from here');
  });

  it('keeps a long line short, around the place', () => {
    const shown = text({severity: 'error', at: {file: 'site.yml', line: 4, column: 250, length: 10}, message: 'odd'});
    const [, line = '', squiggle = ''] = shown.split('\n');
    expect(line.length).to.be.lessThan(180);
    expect(squiggle.indexOf('~')).to.be.greaterThan(10);
    expect(squiggle.length).to.be.at.most(line.length);
  });

  it('does without the line of what is no file, and without a place', () => {
    expect(text({severity: 'error', at: {file: '-e', line: 1, column: 1, length: 1}, message: 'odd'})).to.equal(
      '-e:1:1 odd',
    );
    expect(text({severity: 'error', at: undefined, message: 'odd', hint: 'do it'})).to.equal('odd\n    do it');
  });
});
