import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {getentFact, type GetentState} from './facts/getent.js';

export interface GetentArgs {
  readonly database: string;
  readonly key?: string;
  readonly service?: string;
  readonly split?: string;
  readonly fail_key: boolean;
}

export const getent: TaskModule<GetentArgs, {readonly found: GetentState}, Change> = {
  name: 'getent',
  changesNothing: true,
  reads: ({database, key, service}) => ({
    found: ask(getentFact, {
      database,
      ...(key === undefined ? {} : {key}),
      ...(service === undefined ? {} : {service}),
    }),
  }),
  plan({database, key, fail_key: mustBeThere}, {found}) {
    switch (found.answer) {
      case 'found':
        return undefined;
      case 'no-key':
        if (mustBeThere && key !== undefined)
          refuse(`'${key}' is not in the database '${database}'`, "say 'fail_key: false' where it need not be there");
        return undefined;
      case 'no-database':
        return refuse(`this machine has no database '${database}'`);
      case 'no-enumeration':
        return refuse(`the database '${database}' cannot be listed`, "ask for one 'key'");
    }
  },
  apply: () => Promise.reject(new Error('Internal error: a question changes nothing')),
  output(args, {found}) {
    const separator = args.split ?? (colons.includes(args.database) ? ':' : undefined);
    const entries: Record<string, readonly string[] | null> = {};
    if (found.lines.length === 0 && args.key !== undefined) entries[args.key] = null;
    for (const line of found.lines) {
      const [name = '', ...fields] = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
      entries[name] ??= fields;
    }
    return {entries, ansible_facts: {[`getent_${args.database}`]: entries}};
  },
};

const colons = ['passwd', 'shadow', 'group', 'gshadow'];
