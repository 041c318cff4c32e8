import type {Fleet} from '../fleet.js';

/** What a client of a service saw. */
export interface Interruptions {
  readonly host: string;
  readonly requests: number;
  readonly failed: number;
  /** Milliseconds between two answers that followed each other, at most. */
  readonly longest: number;
}

/** A client that goes on until it is ended. */
export interface Client {
  readonly end: () => Promise<Interruptions>;
}

/** Hours that a client lives for, if nobody ends it. */
const patience = 2;

/**
 * Asks a service (address and port) every 200 ms inside a node's namespaces, on a connection of its own each time; a request that takes longer than 2 s has
 * failed. Rejects at its end where the namespaces did not live as long.
 */
export function askInside(fleet: Fleet, host: string, service: string): Client {
  // The folder that the host and its namespaces see alike. In busy shells sleep takes as long as it says, so time is taken from the clock.
  const script = `. /etc/u7s/namespace.env
rm -f "$U7S_DATA/etc_kubernetes/enough"
/usr/libexec/u7s/u7s-enter sh -c '
last=$(date +%s%3N); longest=0; requests=0; failed=0
look() { now=$(date +%s%3N); [ $((now - last)) -le $longest ] || longest=$((now - last)); }
until [ -e /etc/kubernetes/enough ]; do
  requests=$((requests + 1))
  if curl -s -o /dev/null -f --max-time 2 http://${service}/health; then look; last=$now; else failed=$((failed + 1)); fi
  sleep 0.2
done
look
echo "$requests $failed $longest"'`;
  const answer = fleet.on(host, 'exec sh -s', {input: script, timeout: patience * 3600});
  // Until its end is asked for, a failure is nobody's.
  answer.catch(() => undefined);
  return {
    async end() {
      await fleet.on(host, '. /etc/u7s/namespace.env; touch "$U7S_DATA/etc_kubernetes/enough"');
      const [requests = 0, failed = 0, longest = 0] = (await answer).split(' ').map(Number);
      await fleet.on(host, '. /etc/u7s/namespace.env; rm -f "$U7S_DATA/etc_kubernetes/enough"');
      return {host, requests, failed, longest};
    },
  };
}
