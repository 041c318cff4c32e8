import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {dpkgSelectionFact, type SelectionState} from './facts/dpkg_selection.js';

export interface DpkgSelectionsArgs {
  readonly name: string;
  readonly selection: 'install' | 'hold' | 'deinstall' | 'purge';
}

interface SelectionChange extends Change, DpkgSelectionsArgs {
  readonly kind: 'state';
}

export const dpkgSelections: TaskModule<DpkgSelectionsArgs, {readonly state: SelectionState}, SelectionChange> = {
  name: 'dpkg_selections',
  reads: ({name}) => ({state: ask(dpkgSelectionFact, {name})}),
  plan({name, selection}, {state}) {
    if (state.selection === selection) return undefined;
    if (state.selection === undefined)
      refuse(`dpkg knows no package '${name}'`, `install it before, with package: {name: ${name}}`);
    return {
      kind: 'state',
      name,
      selection,
      summary: `${selection} ${name} (was: ${state.selection})`,
      makes: [promise(dpkgSelectionFact, {name}, {selection})],
    };
  },
  async apply(host, {name, selection}) {
    await host.run('dpkg --set-selections', {input: `${name} ${selection}\n`, label: sh`selection of ${name}`});
  },
  output: ({name}, {state}) => ({name, selection: state.selection}),
};
