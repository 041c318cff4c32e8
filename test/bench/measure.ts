import {command} from '../lab/process.js';
import {median, type Figure} from './figure.js';

/** What a program took: milliseconds, those of the processor (its children's included), and bytes of memory at the most. */
export interface Taken {
  readonly time: number;
  readonly processor: number;
  readonly memory: number;
  readonly code: number;
  /** The end of what it said. */
  readonly said: string;
}

// Times and memory are taken as near to the program as can be: what starts it is small, and waits for it alone.
const stopwatch = `
import os, sys, time
out = os.memfd_create('said')
begun = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
  (os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2), (os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDONLY, 0)])
_, status, usage = os.wait4(pid, 0)
took = time.perf_counter() - begun
size = os.lseek(out, 0, 2)
os.lseek(out, max(0, size - 4000), 0)
print(took * 1000, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status))
sys.stdout.flush()
os.write(1, os.read(out, 4000))
`;

/** Runs a program and measures it; any exit code is a result. */
export async function measured(
  words: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<Taken> {
  const text = await command(['python3', '-c', stopwatch, ...words], {
    timeout: 3600,
    environment: {LC_ALL: 'C.UTF-8', ...environment},
  });
  const end = text.indexOf('\n');
  const [time = NaN, processor = NaN, memory = NaN, code = NaN] = text.slice(0, end).split(' ').map(Number);
  return {time, processor, memory, code, said: text.slice(end + 1)};
}

/** One way of doing what a case is about. */
export interface Side {
  readonly name: string;
  /** What comes before each run and is not measured. */
  readonly before?: () => Promise<void>;
  readonly run: () => Promise<Taken>;
  /** Rejects when the run did not really do its work. */
  readonly check?: (taken: Taken) => Promise<void>;
  /** Runs once more, and tells where the time goes. */
  readonly profile?: () => Promise<string>;
}

/** Runs all sides in turn, so often; a side that does not do its work ends the bench. */
export async function interleaved(
  sides: readonly Side[],
  {runs, report}: {readonly runs: number; readonly report: (line: string) => void},
): Promise<readonly Figure[]> {
  const taken = new Map<string, Taken[]>();
  for (let run = 0; run < runs; run++) {
    // Nobody is always the first after somebody else.
    for (const side of [...sides.slice(run % sides.length), ...sides.slice(0, run % sides.length)]) {
      await side.before?.();
      const result = await side.run();
      if (result.code !== 0) throw new Error(`${side.name} ended with ${result.code}:\n${result.said}`);
      await side.check?.(result);
      taken.set(side.name, [...(taken.get(side.name) ?? []), result]);
      report(`  ${side.name}: ${Math.round(result.time)} ms`);
    }
  }
  const figures: Figure[] = [];
  for (const {name, before, profile} of sides) {
    const results = taken.get(name) ?? [];
    if (profile) await before?.();
    figures.push({
      side: name,
      times: results.map(({time}) => time),
      processor: median(results.map(({processor}) => processor)),
      memory: Math.max(...results.map(({memory}) => memory)),
      ...(profile && {profile: await profile()}),
    });
  }
  return figures;
}
