import {createHash} from 'node:crypto';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';

/** A registry of images that holds one image, without signature. */
export interface Registry {
  /** Host and port, as an image's name begins. */
  readonly address: string;
  /** What was asked of it: `HEAD /v2/…`. */
  readonly asked: readonly string[];
  close(): void;
}

function blob(text: string): {readonly text: string; readonly digest: string} {
  return {text, digest: `sha256:${createHash('sha256').update(text).digest('hex')}`};
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** Serves an image under every name and tag, over plain http, until it is closed. */
export async function serveRegistry(host: string): Promise<Registry> {
  const asked: string[] = [];
  const config = blob(JSON.stringify({architecture: 'amd64', os: 'linux', rootfs: {type: 'layers', diff_ids: []}}));
  const manifest = blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: config.digest,
        size: config.text.length,
      },
      layers: [],
    }),
  );
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const [type, body] = /\/manifests\//.test(request.url ?? '')
      ? [manifestType, manifest]
      : (request.url ?? '').endsWith(config.digest)
        ? ['application/octet-stream', config]
        : ['application/json', blob('{}')];
    const headers = {'content-type': type, 'content-length': body.text.length, 'docker-content-digest': body.digest};
    response.writeHead(200, headers);
    response.end(request.method === 'HEAD' ? undefined : body.text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const {port} = server.address() as AddressInfo;
  return {
    address: `${host}:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
