import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {throughLink, type FileState} from './facts/file/state.js';

export interface SlurpArgs {
  readonly src: string;
}

export const slurp: TaskModule<SlurpArgs, {readonly file: FileState}, Change> = {
  name: 'slurp',
  changesNothing: true,
  reads: (args) => ({file: ask(fileFact, {path: args.src, content: true})}),
  plan(args, {file}) {
    const end = throughLink(file);
    if (end.type !== 'file')
      refuse(`'${args.src}' is ${end.type === 'absent' ? 'not there' : `a ${end.type}, not a file`}`);
    if (end.content === undefined && end.bytes === undefined)
      refuse(`'${args.src}' is larger than 1 MiB or cannot be read`);
    return undefined;
  },
  apply: () => Promise.reject(new Error('Internal error: reading a file changes nothing')),
  output(args, {file}) {
    const {content, bytes} = throughLink(file);
    return {
      source: args.src,
      content: content === undefined ? bytes : Buffer.from(content).toString('base64'),
      encoding: 'base64',
      ...(content === undefined ? {} : {text: content}),
    };
  },
};
