import {parseDocument, stringify} from 'yaml';

export {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  Scalar,
  type Document,
  type Node,
  type Pair,
  type ScalarTag,
} from 'yaml';

/** Reads plain data of a machine's own YAML; throws `Error` with what is wrong with it. */
export function readYaml(text: string): unknown {
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong !== undefined) throw new Error(wrong.message.split('\n')[0]);
  return document.toJS() as unknown;
}

/** Writes plain data as YAML, keys in their order. */
export function writeYaml(value: unknown): string {
  return stringify(value, {lineWidth: 0});
}
