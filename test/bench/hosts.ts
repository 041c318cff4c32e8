import type {Lab} from '../lab/lab.js';

/** Runs a script on all hosts of a lab; gives what each printed. Rejects where one fails. */
export async function onAll(lab: Lab, script: string, seconds = 300): Promise<readonly string[]> {
  return Promise.all(
    lab.hosts.map(async ({name}) => {
      const {code, stdout, stderr} = await lab.ssh(name, 'LC_ALL=C sh -s', {input: script, timeout: seconds});
      if (code !== 0) throw new Error(`a script ended with ${code} on '${name}':\n${stderr.slice(-2000)}`);
      return stdout;
    }),
  );
}

/** Gives the hosts what the peers need, which we do not. */
export async function haveOnAll(lab: Lab, packages: readonly string[]): Promise<void> {
  const install = `apt-get -qq install -y --no-install-recommends ${packages.join(' ')} >/dev/null`;
  await onAll(lab, `export DEBIAN_FRONTEND=noninteractive\n${install} || { apt-get -qq update && ${install}; }`, 900);
}

/** Rejects where the hosts are not all in the same state, or not in the one expected. */
export function sameState(
  states: readonly string[],
  {expected, side}: {readonly expected: string | undefined; readonly side: string},
): string {
  const [first = ''] = states;
  const wanted = expected ?? first;
  const other = states.find((state) => state !== wanted);
  if (other !== undefined) throw new Error(`${side} left another state:\n${other}\ninstead of\n${wanted}`);
  return wanted;
}
