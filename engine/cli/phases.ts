import type {Phase} from '../timing.js';

const phases: Phase[] = [];

/** Ends a part of the program's time, which began where the one before it ended. */
export function endPhase(name: string): void {
  const last = phases.at(-1);
  const {user, system} = process.cpuUsage();
  const used = phases.reduce((sum, {cpu}) => sum + cpu, 0);
  phases.push({name, begun: last?.ended ?? 0, ended: performance.now(), cpu: (user + system) / 1000 - used});
}

/** The parts so far, in their order. */
export function phasesSoFar(): readonly Phase[] {
  return phases;
}
