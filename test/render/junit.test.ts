import {expect} from 'chai';
import {junitRenderer} from '../../engine/render/junit.js';
import {ended, node, written} from './feed.js';

describe('the JUnit renderer', () => {
  it('makes a suite of each play and a case of each node', async () => {
    const text = await written(
      (page) => junitRenderer(page.write),
      [
        ended(node('w1', 'Write', {play: 'First', role: 'host'}), {status: 'changed', changes: []}),
        ended(node('w1', 'Join', {play: 'Second'}), {
          status: 'failed',
          failure: {message: 'exited with 1', hint: 'look'},
        }),
        ended(node('w2', 'Join', {play: 'Second'}), {status: 'skipped', reason: 'when'}),
        ended(node('w2', 'Never', {play: 'Second'}), {status: 'idle'}),
      ],
    );
    expect(text).to.include('<testsuites name="u7s-play" tests="3" failures="1" skipped="1" time="3.000">');
    expect(text).to.include('<testsuite name="First" tests="1" failures="0" skipped="0" time="1.000">');
    expect(text).to.include('<testcase name="host : Write" classname="w1" file="site.yml:12" time="1.000"/>');
    expect(text)
      .to.match(/<failure message="exited with 1">[^<]*hint: look/)
      .and.include('<skipped message="when">');
  });

  it('counts what is blocked as a failure and what is deferred as skipped', async () => {
    const text = await written(
      (page) => junitRenderer(page.write),
      [
        ended(node('w1', 'A'), {status: 'blocked', by: 'cp1/init'}),
        ended(node('w1', 'B'), {status: 'deferred', needs: 'cp1/token'}),
      ],
    );
    expect(text)
      .to.include('<failure message="blocked by cp1/init">')
      .and.include('<skipped message="deferred: needs cp1/token">');
  });

  it('writes nothing that XML cannot hold', async () => {
    const text = await written(
      (page) => junitRenderer(page.write),
      [ended(node('w1', 'a<b>&"c"\u0001\uD800'), {status: 'ok'})],
    );
    expect(text).to.include('name="a&lt;b&gt;&amp;&quot;c&quot;\uFFFD\uFFFD"');
  });
});
