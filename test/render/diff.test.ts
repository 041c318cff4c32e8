import {expect} from 'chai';
import {diffText} from '../../engine/render/diff.js';
import {painter} from '../../engine/render/style.js';

const plain = painter(false);

describe('a diff', () => {
  it('shows an attribute as before and after', () => {
    expect(diffText([{what: 'owner', before: 'root', after: 'deploy'}], plain)).to.equal('owner: root → deploy\n');
  });

  it('calls a missing value absent', () => {
    expect(diffText([{what: 'version', before: undefined, after: '3.0'}], plain)).to.equal('version: absent → 3.0\n');
    expect(diffText([{what: 'version', before: '3.0', after: undefined}], plain)).to.equal('version: 3.0 → absent\n');
  });

  it('shows a text as a unified diff with three lines of context', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].join('\n') + '\n';
    const text = diffText([{what: '/etc/hosts', text: {before, after: before.replace('5', 'five')}}], plain);
    expect(text).to.equal(
      '--- before: /etc/hosts\n+++ after: /etc/hosts\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
  });

  it('tells of a missing newline at the end', () => {
    expect(diffText([{what: 'f', text: {before: 'a\n', after: 'a'}}], plain)).to.include(
      '\\ No newline at end of file\n',
    );
  });

  it('keeps trailing blanks and shows carriage returns, which may be the whole difference', () => {
    expect(diffText([{what: 'f', text: {before: 'a\n', after: 'a \n'}}], plain)).to.include('-a\n+a \n');
    expect(diffText([{what: 'f', text: {before: 'a\n', after: 'a\r\n'}}], plain)).to.include('-a\n+a\\x0d\n');
  });

  it('keeps a line of equal signs', () => {
    expect(diffText([{what: 'f', text: {before: '', after: '=====\n'}}], plain)).to.include('+=====\n');
  });

  it('is nothing where the texts are the same', () => {
    expect(diffText([{what: 'f', text: {before: 'a\n', after: 'a\n'}}], plain)).to.equal('');
  });

  it('paints what comes and what goes', () => {
    const text = diffText([{what: 'f', text: {before: 'a\n', after: 'b\n'}}], painter(true));
    expect(text).to.include('\u001B[31m-a\u001B[0m\n\u001B[32m+b\u001B[0m\n');
  });
});
