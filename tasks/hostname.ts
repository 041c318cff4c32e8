import {sh} from '../engine/host.js';
import {ask, promise, type Change, type TaskModule} from '../engine/task.js';
import {hostnameFact, type HostnameState} from './facts/hostname.js';

export interface HostnameArgs {
  readonly name: string;
}

interface HostnameChange extends Change {
  readonly name: string;
}

export const hostname: TaskModule<HostnameArgs, {readonly hostname: HostnameState}, HostnameChange> = {
  name: 'hostname',
  reads: () => ({hostname: ask(hostnameFact, {})}),
  plan({name}, {hostname: state}) {
    if (state.name === name && state.kept === name) return undefined;
    return {
      kind: 'state',
      summary: `hostname ${state.name === name ? state.kept : state.name} → ${name}`,
      makes: [promise(hostnameFact, {}, {name, kept: name})],
      unsettles: [{kind: 'file', id: '/etc/hostname'}],
      name,
    };
  },
  async apply(host, {name}) {
    await host.put('/etc/hostname', `${name}\n`, {mode: '0644'});
    await host.run(
      sh`if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1 && hostnamectl set-hostname ${name} 2>/dev/null; then :; elif command -v hostname >/dev/null 2>&1; then hostname ${name}; else printf '%s' ${name} >/proc/sys/kernel/hostname; fi`,
      {label: `setting of the hostname`},
    );
  },
  output: (_, {hostname: {name}}) => ({name}),
};
