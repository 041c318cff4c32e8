/** What is used here of the SSH library's inner parts. */
interface Inner {
  readonly _protocol?: {
    readonly _handlers?: Record<string, ((...said: unknown[]) => void) | undefined>;
    authPK?: (user: string, key: unknown, algorithm?: string, sign?: Sign) => void;
  };
}

type Sign = (text: Buffer, answer: (signature: Buffer) => void) => void;

/** A private key as the library has parsed it. */
interface PrivateKey {
  isPrivateKey: () => boolean;
  sign: (text: Buffer, hash?: string) => Buffer | Error;
}

/**
 * Spares a client of the SSH library what costs each login time on both sides and brings nothing here. Call it when the client has begun to connect.
 * Where the library is no longer made as it was, it goes on as it would without.
 */
export function makeLean(client: object): void {
  const {_protocol: protocol} = client as Inner;
  if (protocol === undefined) return;
  askNoProofs(protocol);
  signAtOnce(protocol);
}

/** Of the keys that a server has besides the one it was known by, the library asks for proof: two signatures and more, for a list that nobody reads. */
function askNoProofs({_handlers: handlers}: NonNullable<Inner['_protocol']>): void {
  const hear = handlers?.['GLOBAL_REQUEST'];
  if (handlers === undefined || hear === undefined) return;
  handlers['GLOBAL_REQUEST'] = (...said) => {
    // OpenSSH wants no answer to it.
    if (said[1] !== 'hostkeys-00@openssh.com' || said[2] === true) hear(...said);
  };
}

/** A key that lies here is used without asking first whether it would do: a round trip less, and the server looks it up once. */
function signAtOnce(protocol: NonNullable<Inner['_protocol']>): void {
  const request = protocol.authPK?.bind(protocol);
  if (request === undefined) return;
  protocol.authPK = (user, key, algorithm, sign) => {
    if (sign !== undefined || !isPrivate(key)) request(user, key, algorithm, sign);
    else
      request(user, key, algorithm, (text, answer) => {
        const signature = key.sign(text, hashOf(algorithm));
        if (signature instanceof Error) request(user, key, algorithm);
        else answer(signature);
      });
  };
}

function isPrivate(key: unknown): key is PrivateKey {
  return (
    typeof key === 'object' &&
    key !== null &&
    'sign' in key &&
    'isPrivateKey' in key &&
    (key as PrivateKey).isPrivateKey()
  );
}

/** The hash of RFC 8332's algorithms; that of the others goes with their keys. */
function hashOf(algorithm: string | undefined): string | undefined {
  return /^rsa-sha2-(256|512)$/.exec(algorithm ?? '')?.[1]?.replace(/^/, 'sha');
}
