import {CommandFailed, sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {isStarted, unitFact, unitName, type Scope, type UnitState} from './facts/unit.js';

export interface SystemdServiceArgs {
  readonly name?: string;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded';
  readonly enabled?: boolean;
  readonly masked?: boolean;
  readonly daemon_reload: boolean;
  readonly daemon_reexec: boolean;
  readonly force: boolean;
  readonly scope: Scope;
  readonly no_block: boolean;
  readonly timeout: number;
}

interface Facts {
  readonly unit: UnitState;
}

interface ServiceChange extends Change {
  /** `systemctl`'s words, in order; one call each. */
  readonly calls: readonly (readonly string[])[];
  readonly scope: Scope;
  readonly timeout: number;
}

export const systemdService: TaskModule<SystemdServiceArgs, Facts, ServiceChange> = {
  name: 'systemd_service',
  reads: (args) => ({unit: ask(unitFact, {name: args.name ?? '*', scope: args.scope})}),
  plan(args, {unit}) {
    if (
      args.name === undefined &&
      (args.state !== undefined || args.enabled !== undefined || args.masked !== undefined)
    ) {
      refuse("'state', 'enabled' and 'masked' need the 'name' of a unit");
    }
    if (unit.load === 'no-manager') {
      if (args.scope === 'user')
        refuse(
          "no manager of this user's services answers",
          'let the user linger (module linger) and use context: user',
        );
      refuse('this machine does not run systemd', 'use the module service');
    }
    const calls: string[][] = [];
    const words: string[] = [];
    let wanted: Partial<UnitState> = {};
    const step = (word: string, call: readonly string[], members: Partial<UnitState>): void => {
      words.push(word);
      calls.push([...call]);
      wanted = {...wanted, ...members};
    };
    const name = unitName(args.name ?? '*');
    demandUnit(args, unit);
    const starts =
      args.state === 'restarted' || args.state === 'reloaded' || (args.state === 'started' && !isStarted(unit));
    let action = args.daemon_reexec;
    if (args.daemon_reexec) step('start the manager anew', ['daemon-reexec'], {});
    const force = args.force ? ['--force'] : [];
    if (unit.needsReload && (args.daemon_reload || starts))
      step('read the unit files', ['daemon-reload'], {needsReload: false});
    if (args.masked === false && isMasked(unit)) step('unmask', ['unmask', '--', name], {load: 'loaded'});
    if (args.enabled === true && !isEnabled(unit))
      step('enable', ['enable', ...force, '--', name], {enabled: 'enabled'});
    if (args.enabled === false && isEnabledForSure(unit))
      step('disable', ['disable', '--', name], {enabled: 'disabled'});
    const block = args.no_block ? ['--no-block'] : [];
    switch (args.state) {
      case undefined:
        break;
      case 'started':
        if (isStarted(unit)) break;
        action = unit.oneshot;
        step('start', ['start', ...block, '--', name], unit.oneshot || args.no_block ? {} : {active: 'active'});
        break;
      case 'stopped':
        if (unit.active === 'inactive' || unit.active === 'failed') break;
        step('stop', ['stop', ...block, '--', name], args.no_block ? {} : {active: 'inactive'});
        break;
      case 'restarted':
        action = true;
        step('restart', ['restart', ...block, '--', name], unit.oneshot ? {} : {active: 'active'});
        break;
      case 'reloaded':
        action = true;
        if (isStarted(unit)) step('reload', ['reload-or-restart', ...block, '--', name], {active: 'active'});
        else step('start', ['start', ...block, '--', name], {active: 'active'});
    }
    if (args.masked === true && !isMasked(unit))
      step('mask', ['mask', ...force, '--', name], {load: 'masked', enabled: 'masked'});
    if (calls.length === 0) return undefined;
    return {
      kind: action ? 'action' : 'state',
      summary: args.name === undefined ? words.join(', ') : `${words.join(', ')} ${name}`,
      makes: [promise(unitFact, {name: args.name ?? '*', scope: args.scope}, wanted)],
      calls,
      scope: args.scope,
      timeout: args.timeout,
    };
  },
  async apply(host, change) {
    const runtime =
      change.scope === 'user'
        ? '[ -n "${XDG_RUNTIME_DIR-}" ] || { XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; }; '
        : '';
    for (const call of change.calls) {
      const unit = call.at(-1) ?? '';
      const result = await host.exec(`${runtime}${sh`systemctl ${`--${change.scope}`} ${call}`}`, {
        timeout: change.timeout,
        label: `systemctl ${call.join(' ')}`,
      });
      if (result.code === 0) continue;
      const why = await host.exec(
        `${runtime}${sh`systemctl ${`--${change.scope}`} status --no-pager --full --lines=20 -- ${unit} 2>&1 | tail -n 30`}`,
      );
      const stderr = call.length > 1 ? `${result.stderr.trim()}\n${why.stdout.trim()}` : result.stderr.trim();
      throw new CommandFailed(`systemctl ${call.join(' ')}`, {...result, stderr});
    }
  },
  output: (_, {unit}) => ({name: unit.name, load: unit.load, state: unit.active, sub: unit.sub, enabled: unit.enabled}),
};

function demandUnit(args: SystemdServiceArgs, unit: UnitState): void {
  const needs =
    args.state === 'started' || args.state === 'restarted' || args.state === 'reloaded' || args.enabled === true;
  if (unit.load === 'not-found' && needs) {
    refuse(
      `there is no unit '${unit.name}'`,
      args.scope === 'system'
        ? 'install its package, or write its unit file before'
        : 'write its unit file before, into ~/.config/systemd/user',
    );
  }
  if (isMasked(unit) && needs && args.masked !== false)
    refuse(`the unit '${unit.name}' is masked`, "say 'masked: false'");
}

function isMasked(unit: UnitState): boolean {
  return unit.load === 'masked' || unit.enabled === 'masked' || unit.enabled === 'masked-runtime';
}

/** As `systemctl is-enabled` has it: what is started by others needs no enabling. */
function isEnabled(unit: UnitState): boolean {
  return ['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated', 'transient'].includes(unit.enabled);
}

function isEnabledForSure(unit: UnitState): boolean {
  return unit.enabled === 'enabled' || unit.enabled === 'enabled-runtime';
}
