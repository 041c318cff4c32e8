import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {problemsIn} from '../../engine/language/sound.js';
import type {Term} from '../../engine/language/term.js';
import {createFiles} from '../../engine/load/files.js';
import {
  believe,
  keptForm,
  termOfKept,
  type KeptFile,
  type KeptTerm,
  type KeptTerms,
} from '../../engine/load/kept-term.js';
import {createReport} from '../../engine/load/report.js';
import type {ScalarSource} from '../../engine/load/scalar-place.js';
import {parseYaml} from '../../engine/load/yaml.js';
import {packageRoot} from '../../engine/root.js';
import {within, type Span} from '../../engine/span.js';

/** A term with the places of some of its characters. */
function placed(term: Term): unknown {
  switch (term.kind) {
    case 'literal':
      return typeof term.value === 'string' ? {...term, characters: characters(term.at, term.value)} : term;
    case 'text':
    case 'expression':
      return {...term, characters: characters(term.at, term.source)};
    case 'list':
      return {...term, items: term.items.map(placed)};
    case 'dict':
      return {...term, entries: term.entries.map((entry) => ({...entry, value: placed(entry.value)}))};
  }
}

function characters(at: Span, {length}: string): readonly Span[] {
  return [0, 1, length >> 1, length].map((offset) => within(at, [offset, offset + 1]));
}

function again(text: string): {readonly term: Term | undefined; readonly kept: Term | undefined} {
  const scalars = new Map<Span, ScalarSource>();
  const term = parseYaml('f.yml', text, {report: createReport(), scalars});
  const json = term && JSON.stringify(keptForm(term, scalars));
  return {term, kept: json === undefined ? undefined : termOfKept(JSON.parse(json) as KeptTerm, {file: 'f.yml', text})};
}

const playbooks = join(packageRoot, 'playbooks');
const names = readdirSync(playbooks, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('main.yml'));

describe('a term that is kept', () => {
  for (const folder of new Set(names.map((name) => name.split('/').slice(0, 2).join('/'))))
    it(`is the same again, with all its places: ${folder}`, () => {
      for (const name of names.filter((each) => each.startsWith(`${folder}/`))) {
        const {term, kept} = again(readFileSync(join(playbooks, name), 'utf8'));
        expect(kept && placed(kept), name).to.deep.equal(term && placed(term));
      }
    });

  it('is the same again with anchors, numbers, nulls and every kind of text', () => {
    const {term, kept} = again("a: &x {b: 'c ''d', e: \"f\\n{{g}}\", h: 1.5, i: , j: true}\nk: *x\nl: !cel |\n  m\n");
    expect(kept && placed(kept)).to.deep.equal(term && placed(term));
  });
});

describe('a text that is kept', () => {
  it('is not looked at again where nothing was wrong with it', () => {
    const sources = ['{{kept.once}}', 'kept.twice > 1', 'neither {{'] as const;
    problemsIn('template', sources[0]);
    problemsIn('expression', sources[1]);
    problemsIn('template', sources[2]);
    const {kept} = again(JSON.stringify(sources));
    const scalars = new Map<Span, ScalarSource>();
    const term = parseYaml('f.yml', JSON.stringify(sources), {report: createReport(), scalars});
    const form = term && keptForm(term, scalars);
    expect(kept).to.deep.equal(term);
    expect(form?.[0] === 'list' && form[2].map((each) => each[4])).to.deep.equal(['t', 'e', '']);
  });

  it('is believed to be sound only in the language in which it was', () => {
    believe('{{#if broken', 't');
    expect(problemsIn('template', '{{#if broken')).to.deep.equal([]);
    expect(problemsIn('expression', '{{#if broken')).to.have.length(1);
  });
});

describe('files that may be kept', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-files-'));
  });

  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  /** Reads a file as a new command would. */
  function read(text: string, kept: KeptTerms, mayKeep = true): Term | undefined {
    writeFileSync(join(folder, 'f.yml'), text);
    const files = createFiles(folder, createReport(), {vault: undefined, keepSealed: true, kept});
    return files.read(join(folder, 'f.yml'), {at: undefined, what: 'tasks', mayKeep});
  }

  function inMemory(): KeptTerms & {readonly terms: Map<string, KeptFile>} {
    const terms = new Map<string, KeptFile>();
    return {terms, find: (digest) => terms.get(digest), keep: (digest, form) => void terms.set(digest, form())};
  }

  it('are read once, and anew when they have changed', () => {
    const kept = inMemory();
    const first = read('a: b\n', kept);
    expect(kept.terms).to.have.length(1);
    expect(read('a: b\n', kept)).to.deep.equal(first);
    expect(kept.terms).to.have.length(1);
    const changed = read('a: c\n', kept);
    expect(changed?.kind === 'dict' && changed.entries[0]?.value).to.include({value: 'c'});
    expect(kept.terms).to.have.length(2);
  });

  it('tell of a template only whether it is sound', () => {
    const kept = inMemory();
    const path = join(folder, 'page.hbs');
    writeFileSync(path, 'Hello {{kept.name}}');
    const files = createFiles(folder, createReport(), {vault: undefined, keepSealed: true, kept});
    problemsIn('template', 'Hello {{kept.name}}');
    expect(files.text(path, {isTemplate: true})).to.equal('Hello {{kept.name}}');
    expect([...kept.terms.values()]).to.deep.equal([['template', 't']]);
  });

  it('are not kept when they are told of, hold what was encrypted, or are variables', () => {
    const kept = inMemory();
    read('a: 0644\n', kept);
    read('a: [\n', kept);
    read('a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  00\n', kept);
    read('a: {__ansible_vault: x}\n', kept);
    read('a: secret\n', kept, false);
    expect(kept.terms).to.have.length(0);
  });
});
