import {badInput, type BadInput} from '../diagnostic.js';
import {didYouMean} from '../language/near.js';
import {sealedText} from '../language/yaml-text.js';
import {magicNames} from '../load/names.js';
import type {Project} from '../load/project.js';
import {placeText, variableNames, varsOf, type Origin, type ShownVariable, type VarsOptions} from './vars-view.js';

/** What `u7s-play vars` prints: each value with its place, and below it what it overrides, the nearest first. Throws `BadInput` for a host or a name that is not there. */
export function varsText(project: Project, {json, ...options}: VarsOptions & {readonly json: boolean}): string {
  const {host, name} = options;
  const {hosts} = project.inventory;
  if (!hosts.has(host)) throw badInput(`there is no host "${host}" in the inventory`, didYouMean(host, hosts.keys()));
  const sections = varsOf(project, options).filter(({variables}) => variables.length > 0);
  if (sections.length === 0 && name !== undefined) throw unknownVariable(project, {...options, name});
  if (json) {
    const parts = sections.map(({title, variables}) => ({
      part: title,
      variables: Object.fromEntries(variables.map((variable) => [variable.name, dataOf(variable)])),
    }));
    return `${JSON.stringify({host, parts}, undefined, 2)}\n`;
  }
  return sections.map(({title, variables}) => `${title}\n${variables.map(textOf).join('')}`).join('\n');
}

function unknownVariable(project: Project, options: VarsOptions & {readonly name: string}): BadInput {
  const {host, name} = options;
  const magic = magicNames.find((each) => each.name === name);
  if (magic) return badInput(`"${name}" is no variable: the engine sets it`, magic.description.replace(/\.$/, ''));
  const hint = didYouMean(name, variableNames(project, options));
  const more = project.plays.length === 0 ? 'name a playbook to see the variables of its plays and roles' : undefined;
  return badInput(`"${name}" is not set for "${host}"`, hint ?? more);
}

function textOf({name, found, origin, overrides}: ShownVariable): string {
  const head = 'value' in found ? `${name}: ${shown(found.value)}` : `${name}: (${found.unknown})`;
  const written = shown(origin.written);
  const isWritten = 'value' in found && shown(found.value) === written;
  return [
    `  ${head}`,
    `      ${isWritten ? '' : `${written}  `}${originText(origin)}`,
    ...overrides.map((each) => `      over ${shown(each.written)}  ${originText(each)}`),
    '',
  ].join('\n');
}

/** A value as JSON; what is encrypted by itself is its tag, not the long text. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (sealedText(member) === undefined ? member : '!vault'));
}

function originText({at, what, origin}: Origin): string {
  return `${placeText(at)}  ${what}${origin.startsWith('role ') ? ` (${origin})` : ''}`;
}

function dataOf({found, origin, overrides}: ShownVariable): unknown {
  return {...found, ...originData(origin), overrides: overrides.map(originData)};
}

function originData({written, at, what, origin}: Origin): Readonly<Record<string, unknown>> {
  return {written, file: at.file, line: at.line, column: at.column, what, origin};
}
