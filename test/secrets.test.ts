import {expect} from 'chai';
import {createSecrets, type Secrets} from '../engine/secrets.js';

function knowing(...values: readonly unknown[]): Secrets {
  const secrets = createSecrets();
  for (const value of values) secrets.add(value);
  return secrets;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('what must not be shown', () => {
  const secret = `it's a "s€cret" <&> 100%/+`;

  it('is found in each form in which programs write it', () => {
    const secrets = knowing(secret);
    for (const form of [
      secret,
      `before ${secret} behind`,
      JSON.stringify({a: secret}),
      JSON.stringify(JSON.stringify({a: secret})),
      encodeURIComponent(secret),
      new URLSearchParams({q: secret}).toString(),
      `'${secret.replaceAll("'", "'\\''")}'`,
      `'${secret.replaceAll("'", "''")}'`,
      secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
      ...['', 'a', 'ab', 'user:'].map((before) => base64(`${before}${secret}${before}`)),
      Buffer.from(secret).toString('base64url'),
    ]) {
      const masked = secrets.mask(form);
      expect(masked, form).to.include('***');
      for (const part of ['s€cret', '%E2%82%AC', base64(secret).slice(8, 20)]) expect(masked).not.to.include(part);
    }
  });

  it('is found in base64 that is folded into lines', () => {
    const long = 'a secret of many words '.repeat(8);
    const folded = base64(`some text before ${long}`).replaceAll(/(.{76})/g, '$1\n');
    const masked = knowing(long).mask(folded);
    const inner = base64(long).slice(12, -12);
    for (let at = 0; at + 12 < inner.length; at++) expect(masked).not.to.include(inner.slice(at, at + 12));
  });

  it('is found where it was decoded', () => {
    expect(knowing(base64('a decoded password')).mask('it is a decoded password')).to.equal('it is ***');
    expect(knowing('abcdefghijkl').mask('nothing else')).to.equal('nothing else');
  });

  it('is found in texts that templates make of it', () => {
    expect(
      knowing('hunter22').mask({url: 'https://ann:hunter22@example.org', list: [{deep: 'xhunter22x'}]}),
    ).to.deep.equal({url: 'https://ann:***@example.org', list: [{deep: 'x***x'}]});
  });

  it('is found line by line, however the lines are indented', () => {
    const secrets = knowing('first line\n  word\nend\n');
    expect(secrets.mask('    first line\n    word\n')).to.equal('    ***\n    ***\n');
    expect(secrets.mask('this is the end')).to.equal('this is the end');
  });

  it('is found where it was cut off', () => {
    const secrets = knowing('a-very-long-secret');
    expect(secrets.mask('mysql --password=a-very-lon…')).to.equal('mysql --password=***…');
    expect(secrets.mask('a-very different thing…')).to.equal('a-very different thing…');
  });

  it('hides the whole field when it is short, but no word that merely has its letters', () => {
    const secrets = knowing('abc');
    expect(secrets.mask({one: 'the abc is', two: 'abcd', three: ['abc']})).to.deep.equal({
      one: '***',
      two: 'abcd',
      three: ['***'],
    });
    expect(secrets.maskPage('{\n  "key": "abc",\n  "other": "abcd"\n}\nkey: abc\n')).to.equal(
      '{\n  "key": "***",\n  "other": "abcd"\n}\n***\n',
    );
  });

  it('may be a number, and the name of a member', () => {
    expect(knowing(81726).mask({port: 81726, other: 8172, text: 'at 81726', 'key-81726': 1})).to.deep.equal({
      port: '***',
      other: 8172,
      text: 'at ***',
      'key-***': 1,
    });
  });

  it('may be one of very many, in very much text', () => {
    const secrets = knowing(Array.from({length: 2000}, (_, index) => `secret number ${index} of all`));
    const text = `${'nothing to see here '.repeat(20_000)} secret number 77 of all`;
    const begun = performance.now();
    expect(secrets.mask(text).endsWith('here  ***')).to.equal(true);
    expect(performance.now() - begun).to.be.lessThan(1500);
  });

  it('is nothing as long as nothing is known', () => {
    const data = {a: ['text']};
    expect(createSecrets().mask(data)).to.equal(data);
    expect(knowing('', null, undefined, true).mask('true')).to.equal('true');
  });
});
