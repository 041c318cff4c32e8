import {readFile} from 'node:fs/promises';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join, normalize} from 'node:path';
import {text} from 'node:stream/consumers';
import {twinsFolder} from './case.js';

/** A web server on this machine that both twins reach. */
export interface Web {
  readonly url: string;
  close(): Promise<void>;
}

const credentials = `Basic ${Buffer.from('somebody:opensesame').toString('base64')}`;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://twins').pathname;
  const status = /^\/status\/(\d+)$/.exec(path)?.[1];
  if (status !== undefined) {
    response.writeHead(Number(status)).end(`status ${status}\n`);
  } else if (path === '/echo') {
    const {method, headers} = request;
    const told = {method, type: headers['content-type'] ?? null, extra: headers['x-extra'] ?? null};
    response.writeHead(200, {'content-type': 'application/json'});
    response.end(JSON.stringify({...told, body: await text(request)}));
  } else if (path === '/private') {
    const allowed = request.headers.authorization === credentials;
    response.writeHead(allowed ? 200 : 401, allowed ? {} : {'www-authenticate': 'Basic realm="twins"'});
    response.end(allowed ? 'welcome\n' : 'who are you\n');
  } else if (path === '/moved') {
    response.writeHead(302, {location: '/hello.txt'}).end();
  } else {
    const content = await readFile(join(twinsFolder, 'files', normalize(path))).catch(() => undefined);
    if (content === undefined) response.writeHead(404).end('not here\n');
    else response.writeHead(200, {'last-modified': 'Sat, 03 Feb 2001 04:05:06 GMT'}).end(content);
  }
}

/** Serves the cases' files and a few answers for requests: `/status/N`, `/echo`, `/private`, `/moved`. */
export async function startWeb(address: string): Promise<Web> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
