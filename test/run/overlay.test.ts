import {expect} from 'chai';
import {createOverlay, type Overlay} from '../../engine/run/overlay.js';
import {loginPlace, type Where} from '../../engine/run/place.js';
import {
  ask,
  promise,
  promiseUnder,
  type AnyFactKind,
  type Change,
  type FactKind,
  type Remedy,
} from '../../engine/task.js';
import {unknown} from '../../engine/unknown.js';

interface State {
  readonly exists: boolean;
  readonly mode?: string;
}

const file: FactKind<string, State> = {
  name: 'file',
  id: (key) => key,
  script: () => '',
  parse: () => [],
  show: () => [],
};
const object: FactKind<string, State> = {...file, name: 'object', realm: () => 'cluster'};
const unit: FactKind<string, State> = {
  ...file,
  name: 'unit',
  perUser: () => true,
  follows: (key, before, promised) =>
    promised.kind === 'file' && 'id' in promised && promised.id === `/units/${key}`
      ? {...before, exists: true}
      : undefined,
};

const here: Where = {machine: 'h1', place: loginPlace};
const there: Where = {machine: 'h2', place: loginPlace};
const inside: Where = {machine: 'h1', place: {context: 'namespace', user: 'ann'}};
const as = (user: string): Where => ({machine: 'h1', place: {context: 'user', user}});

function overlay(): Overlay {
  return createOverlay(new Map<string, AnyFactKind>([file, object, unit].map((kind) => [kind.name, kind])));
}

const change = (makes: Change['makes'], unsettles: Change['unsettles'] = []): Change => ({
  kind: 'state',
  summary: '',
  makes,
  unsettles,
});

describe('promises laid over facts', () => {
  it('replace the members that they name, in their order', () => {
    const laid = overlay();
    laid.layChange(here, change([promise(file, '/a', {exists: true, mode: '0644'})]), 'h1/one');
    laid.layChange(here, change([promise(file, '/a', {mode: '0600'})]), 'h1/two');
    expect(laid.over(here, ask(file, '/a'), {exists: false})).to.deep.equal({exists: true, mode: '0600'});
    expect(laid.over(there, ask(file, '/a'), {exists: false})).to.deep.equal({exists: false});
  });

  it('of a pattern hold for everything below it', () => {
    const laid = overlay();
    laid.layChange(here, change([promiseUnder(file, '/srv', {exists: false})]), 'h1/clean');
    expect(laid.over(here, ask(file, '/srv/a/b'), {exists: true})).to.deep.equal({exists: false});
    expect(laid.over(here, ask(file, '/srvx'), {exists: true})).to.deep.equal({exists: true});
  });

  it('are followed by facts of other kinds', () => {
    const laid = overlay();
    laid.layChange(here, change([promise(file, '/units/web', {exists: true})]), 'h1/copy');
    expect(laid.over(here, ask(unit, 'web'), {exists: false})).to.deep.equal({exists: true});
  });

  it('unsettle what is absent where an installation says so, and leave what is there', () => {
    const laid = overlay();
    laid.layChange(here, change([], [{kind: 'file', under: '/etc', absentOnly: true}]), 'h1/package');
    expect(laid.over(here, ask(file, '/etc/x'), {exists: false})).to.deep.equal(unknown('h1/package'));
    expect(laid.over(here, ask(file, '/etc/x'), {exists: true})).to.deep.equal({exists: true});
    laid.layChange(here, change([], [{kind: 'file', id: '/etc/x'}]), 'h1/upgrade');
    expect(laid.over(here, ask(file, '/etc/x'), {exists: true})).to.deep.equal(unknown('h1/upgrade'));
  });

  it('make a fact known again that was not', () => {
    const laid = overlay();
    laid.layUnknown(here, {requests: [ask(file, '/a')], patterns: []}, 'h1/shell');
    expect(laid.over(here, ask(file, '/a'), {exists: true})).to.deep.equal(unknown('h1/shell'));
    laid.layChange(here, change([promise(file, '/a', {exists: true, mode: '0644'})]), 'h1/copy');
    expect(laid.over(here, ask(file, '/a'), {exists: true})).to.deep.equal({exists: true, mode: '0644'});
  });

  it('in one mount namespace leave open what another one shows', () => {
    const laid = overlay();
    laid.layChange(here, change([promise(file, '/a', {exists: true})]), 'h1/copy');
    expect(laid.over(inside, ask(file, '/a'), {exists: false})).to.deep.equal(unknown('h1/copy'));
    expect(laid.over(inside, ask(file, '/b'), {exists: false})).to.deep.equal({exists: false});
  });

  it('of one user are not those of another', () => {
    const laid = overlay();
    laid.layChange(as('ann'), change([promise(unit, 'web', {exists: true})]), 'h1/start');
    expect(laid.over(as('ann'), ask(unit, 'web'), {exists: false})).to.deep.equal({exists: true});
    expect(laid.over(as('bob'), ask(unit, 'web'), {exists: false})).to.deep.equal({exists: false});
  });

  it('about what machines share are seen from all of them', () => {
    const laid = overlay();
    laid.layChange(here, change([promise(object, 'node', {exists: true})]), 'h1/apply');
    expect(laid.over(there, ask(object, 'node'), {exists: false})).to.deep.equal({exists: true});
  });

  it('in one of several realms of a name are not seen in another, and leave open what cannot be told', () => {
    type Seen = State & {readonly cluster?: string};
    const kube: FactKind<string, Seen> = {
      ...file,
      name: 'kube',
      realm: () => '/etc/kubernetes/admin.conf',
      sameRealm: ({cluster: one}, {cluster: other}) =>
        one === undefined || other === undefined ? undefined : one === other,
    };
    const read = (cluster: string | undefined): Seen => ({exists: false, ...(cluster === undefined ? {} : {cluster})});
    const laidBy = (cluster: string | undefined): Overlay => {
      const laid = createOverlay(new Map([[kube.name, kube as AnyFactKind]]), () => read(cluster));
      laid.layChange(here, change([promise(kube, 'shop', {exists: true})]), 'h1/apply');
      return laid;
    };
    expect(laidBy('a').over(there, ask(kube, 'shop'), read('a'))).to.deep.equal({exists: true, cluster: 'a'});
    expect(laidBy('a').over(there, ask(kube, 'shop'), read('b'))).to.deep.equal(read('b'));
    expect(laidBy(undefined).over(there, ask(kube, 'shop'), read('b'))).to.deep.equal(unknown('h1/apply'));
    expect(laidBy(undefined).over(there, ask(kube, 'other'), read('b'))).to.deep.equal(read('b'));
  });

  it('about what machines share may be of a fact that nobody told', () => {
    const kube: FactKind<string, State> = {
      ...file,
      name: 'kube',
      realm: () => 'cluster',
      sameRealm: () => undefined,
      follows: (_, before) => (before.exists ? undefined : before),
    };
    const laid = createOverlay(new Map([[kube.name, kube as AnyFactKind]]));
    laid.layChange(here, change([promise(file, '/a', {exists: true})]), 'h1/copy');
    laid.layUnknown(here, {requests: [ask(kube, 'shop')], patterns: []}, 'h1/apply');
    expect(laid.over(here, ask(kube, 'shop'), {exists: false})).to.deep.equal(unknown('h1/apply'));
    expect(laid.over(there, ask(kube, 'shop'), {exists: false})).to.deep.equal(unknown('h1/apply'));
  });

  it('in a realm are not those in another one of the same machine', () => {
    const kube: FactKind<{readonly config: string; readonly name: string}, State> = {
      name: 'kube',
      id: ({name}) => name,
      realm: ({config}) => config,
      script: () => '',
      parse: () => [],
      show: () => [],
    };
    const laid = createOverlay(new Map([[kube.name, kube as AnyFactKind]]));
    laid.layChange(here, change([promise(kube, {config: '/a', name: 'shop'}, {exists: true})]), 'h1/apply');
    const seen = (config: string): unknown => laid.over(here, ask(kube, {config, name: 'shop'}), {exists: false});
    expect(seen('/a')).to.deep.equal({exists: true});
    expect(seen('/b')).to.deep.equal({exists: false});
  });

  it('say what would make a place', () => {
    const laid = overlay();
    expect(laid.makerOf(as('ann'))).to.equal(undefined);
    laid.layChange(here, change([{kind: 'user', id: 'ann', key: 'ann', value: {exists: true}}]), 'h1/user');
    laid.layChange(here, change([promise(file, '/a', {exists: true})]), 'h1/copy');
    expect(laid.makerOf(as('ann'))).to.equal('h1/user');
    expect(laid.makerOf(as('bob'))).to.equal('h1/copy');
  });

  it('say what would mend an answer: the likeliest remedy, and what is waited for', () => {
    const laid = overlay();
    const mender = (...remedies: readonly Remedy[]): string | undefined => laid.menderOf(here, remedies);
    laid.layChange(there, change([promise(file, '/usr/bin/tool', {exists: true})]), 'h2/copy');
    expect(mender({kind: 'file', named: 'tool'})).to.equal(undefined);
    laid.layChange(here, change([promise(unit, 'web', {exists: true})], [{kind: 'file', under: '/opt'}]), 'h1/unit');
    laid.layChange(here, change([promise(file, '/usr/bin/tool', {exists: true})]), 'h1/copy');
    laid.layWait(here, [ask(object, 'web')], 'h1/wait');
    expect(mender({kind: 'file', named: 'tool'}, {kind: 'unit'})).to.equal('h1/copy');
    expect(mender({kind: 'file', named: 'ool'}, {kind: 'unit'})).to.equal('h1/unit');
    expect(mender({kind: 'file', id: '/opt/tool'})).to.equal('h1/unit');
    expect(mender({kind: 'file', id: '/srv/tool'})).to.equal(undefined);
    expect(mender({kind: 'object'})).to.equal('h1/wait');
    laid.layAnything(here, 'h1/anything');
    expect(mender({kind: 'file', id: '/srv/tool'})).to.equal('h1/anything');
  });
});
