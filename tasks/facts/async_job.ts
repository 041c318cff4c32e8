import {jobFolder, jobState, type FactKind} from '../../engine/task.js';

/** A task that goes on by itself, by its `ansible_job_id`. */
export interface JobState {
  /** `late`: its time was over, and it was ended. `dead`: it ended without a word. */
  readonly state: 'absent' | 'running' | 'done' | 'late' | 'dead';
  /** Of a job that has ended. */
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

const states: readonly string[] = ['absent', 'running', 'done', 'late', 'dead'];
const longest = 1024 * 1024;

/** What has become of jobs, and what they said. */
export const asyncJobFact: FactKind<string, JobState> = {
  name: 'async_job',
  id: (job) => job,
  script: (jobs) =>
    jobs
      .map(
        (job) => `(
u7s_s=$(${jobState(job)}
)
echo "$u7s_s"
${jobFolder(job)}
for u7s_o in stdout stderr; do
case $u7s_s in done*|late*) tail -c ${longest} "$u7s_j/$u7s_o" 2>/dev/null | od -An -v -tx1 | tr -d ' \\n' ;; esac
echo
done )`,
      )
      .join('\n'),
  parse(jobs, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (result.code !== 0 || lines.length !== jobs.length * 3)
      throw new Error(`cannot look at jobs: ${result.stderr.trim()}`);
    return jobs.map((_, index) => {
      const [first = '', stdout = '', stderr = ''] = lines.slice(index * 3, index * 3 + 3);
      const [state = '', code] = first.split(' ');
      if (!states.includes(state)) throw new Error(`cannot look at a job: it is "${first}"`);
      const told = {state: state as JobState['state']};
      return code === undefined ? told : {...told, code: Number(code), stdout: text(stdout), stderr: text(stderr)};
    });
  },
  show: (before, after) => [{what: 'job', before: before?.state, after: 'state' in after ? after.state : undefined}],
  absent: ({state}) => state === 'absent',
  volatile: true,
  perUser: () => true,
};

function text(hex: string): string {
  return Buffer.from(hex, 'hex').toString();
}
