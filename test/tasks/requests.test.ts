import {expect} from 'chai';
import {promise} from '../../engine/task.js';
import {fileFact} from '../../tasks/facts/file.js';
import {urlFact, type UrlState, type UrlKey} from '../../tasks/facts/url.js';

const plain: UrlKey = {
  url: 'http://web/private',
  method: 'GET',
  headers: {},
  validateCerts: true,
  timeout: 30,
  followRedirects: true,
};

describe('the answers to requests', () => {
  it('are those of one request, where another has a name, a header or a body', () => {
    const others: readonly Partial<UrlKey>[] = [
      {user: 'somebody', password: 'secret'},
      {user: 'somebody', password: 'other'},
      {headers: {accept: 'text/plain'}},
      {body: 'x'},
      {validateCerts: false},
      {followRedirects: false},
      {caPath: '/ca.crt'},
      {socket: '/run/s'},
    ];
    const ids = [plain, ...others.map((other) => ({...plain, ...other}))].map((key) => urlFact.id(key));
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids.join(' ')).not.to.include('secret');
  });

  it('are asked for once, where requests are the same but for the order of headers and the patience', () => {
    const one = {...plain, headers: {a: '1', b: '2'}};
    expect(urlFact.id({...one, headers: {b: '2', a: '1'}, timeout: 5})).to.equal(urlFact.id(one));
    expect(urlFact.id(plain)).to.equal('GET http://web/private');
  });

  it('may be others after a file of the machine that asks is another', () => {
    const page = promise(fileFact, {path: '/srv/page'}, {exists: true, type: 'file', sha256: 'new'});
    expect(urlFact.follows?.(plain, {status: 200} as UrlState, page)).to.deep.equal({
      $unknown: 'what file /srv/page changes',
    });
  });
});
