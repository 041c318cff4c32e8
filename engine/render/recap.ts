import type {HostRecap} from '../event.js';
import {banner} from './banner.js';
import type {Paint, Tone} from './style.js';

const hostWidth = 26;

const counted = [
  ['ok', 'ok'],
  ['changed', 'changed'],
  ['unreachable', 'unreachable'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
  ['rescued', 'ok'],
  ['ignored', 'warning'],
] as const satisfies readonly (readonly [keyof HostRecap, Tone])[];

const ours = [
  ['blocked', 'failed'],
  ['deferred', 'skipped'],
] as const satisfies readonly (readonly [keyof HostRecap, Tone])[];

/** `PLAY RECAP` in Ansible's form; a host's line ends with our own words only where they are not 0. Hosts are sorted by name. */
export function recapText(
  hosts: Readonly<Record<string, HostRecap>>,
  page: {readonly paint: Paint; readonly width: number},
): string {
  const lines = Object.entries(hosts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, recap]) => `${hostField(host, recap, page.paint)} : ${counts(recap, page.paint)}\n`);
  return `${banner('PLAY RECAP', page.width)}${lines.join('')}\n`;
}

function hostField(host: string, recap: HostRecap, paint: Paint): string {
  return paint(hostTone(recap), host) + ' '.repeat(Math.max(0, hostWidth - host.length));
}

function hostTone(recap: HostRecap): Tone {
  if (recap.failed > 0 || recap.unreachable > 0) return 'failed';
  return recap.changed > 0 ? 'changed' : 'ok';
}

function counts(recap: HostRecap, paint: Paint): string {
  const shown = [...counted, ...ours.filter(([name]) => recap[name] > 0)];
  return shown
    .map(([name, tone]) => {
      const count = `${name}=${String(recap[name]).padEnd(4)}`;
      return recap[name] > 0 ? paint(tone, count) : count;
    })
    .join(' ');
}
