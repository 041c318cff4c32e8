import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {rcServiceFact, type RcServiceState} from './facts/rc_service.js';
import {unitFact, type UnitState} from './facts/unit.js';
import {systemdService} from './systemd_service.js';

export interface ServiceArgs {
  readonly name: string;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded';
  readonly enabled?: boolean;
  readonly sleep?: number;
  readonly runlevel: string;
  readonly arguments: string;
}

interface Facts {
  readonly rc: RcServiceState;
  readonly unit: UnitState;
}

type SystemdChange = Parameters<typeof systemdService.apply>[1];

interface ServiceChange extends Change {
  readonly systemd?: SystemdChange;
  readonly scripts: readonly string[];
}

export const service: TaskModule<ServiceArgs, Facts, ServiceChange> = {
  name: 'service',
  reads: (args) => ({rc: ask(rcServiceFact, {name: args.name}), unit: ask(unitFact, {name: args.name})}),
  plan(args, {rc, unit}) {
    if (rc.manager === 'systemd') {
      const change = systemdService.plan(
        {
          daemon_reload: false,
          daemon_reexec: false,
          force: false,
          scope: 'system',
          no_block: false,
          timeout: 300,
          ...args,
        },
        {unit},
      );
      if (change === undefined) return undefined;
      return {kind: change.kind, summary: change.summary, makes: change.makes, systemd: change, scripts: []};
    }
    if (rc.manager === 'none')
      refuse('no manager of services that is known here', 'systemd, OpenRC and init scripts are');
    return planRc(args, rc);
  },
  async apply(host, change) {
    if (change.systemd !== undefined) {
      await systemdService.apply(host, change.systemd);
      return;
    }
    for (const script of change.scripts) await host.run(script, {timeout: 300});
  },
  output: (args, {rc, unit}) =>
    rc.manager === 'systemd'
      ? {name: unit.name, state: unit.active, enabled: unit.enabled === 'enabled'}
      : {name: args.name, state: rc.running ? 'active' : 'inactive', enabled: rc.enabled},
};

function planRc(args: ServiceArgs, rc: RcServiceState): ServiceChange | undefined {
  const {name} = args;
  const needs = args.enabled === true || (args.state !== undefined && args.state !== 'stopped');
  if (!rc.exists && needs) refuse(`there is no service '${name}'`, 'install its package before');
  const openrc = rc.manager === 'openrc';
  const more = args.arguments === '' ? '' : ` ${args.arguments}`;
  const call = (verb: string): string =>
    `${openrc ? sh`rc-service ${name} ${verb}` : sh`${`/etc/init.d/${name}`} ${verb}`}${more}`;
  const scripts: string[] = [];
  const words: string[] = [];
  let wanted: Partial<RcServiceState> = {};
  if (args.enabled !== undefined && args.enabled !== rc.enabled && (rc.exists || args.enabled)) {
    words.push(args.enabled ? 'enable' : 'disable');
    const sysv = args.enabled ? 'enable' : 'disable';
    scripts.push(
      openrc ? sh`rc-update ${args.enabled ? 'add' : 'del'} ${name} ${args.runlevel}` : sh`update-rc.d ${name} ${sysv}`,
    );
    wanted = {...wanted, enabled: args.enabled};
  }
  const action = args.state === 'restarted' || args.state === 'reloaded';
  if (args.state === 'started' && !rc.running) {
    words.push('start');
    scripts.push(call('start'));
    wanted = {...wanted, running: true};
  } else if (args.state === 'stopped' && rc.running) {
    words.push('stop');
    scripts.push(call('stop'));
    wanted = {...wanted, running: false};
  } else if (action) {
    const verb = args.state === 'reloaded' && rc.running ? 'reload' : 'restart';
    words.push(verb);
    const slow = verb === 'restart' && args.sleep !== undefined;
    scripts.push(slow ? `${call('stop')}; sleep ${args.sleep}; ${call('start')}` : call(verb));
    wanted = {...wanted, running: true};
  }
  if (scripts.length === 0) return undefined;
  return {
    kind: action ? 'action' : 'state',
    summary: `${words.join(', ')} ${name}`,
    makes: [promise(rcServiceFact, {name}, wanted)],
    scripts,
  };
}
