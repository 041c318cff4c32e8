import {build} from 'esbuild';

/** Makes one CommonJS file of a module and all that it imports. Compiled parts of packages (`.node`) stay where they are. */
export async function packIntoOneFile(entry: string, file: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The file is read byte by byte.
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    define: {'import.meta.url': 'moduleUrl'},
    banner: {js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;"},
    external: ['cpu-features'],
    plugins: [
      {
        name: 'unused parts',
        setup(building) {
          // ssh2's ways through HTTP proxies load all of Node's HTTP and TLS.
          building.onLoad({filter: /\/ssh2\/lib\/http-agents\.js$/}, () => ({contents: 'module.exports = {};'}));
        },
      },
      {
        name: 'compiled parts',
        setup(building) {
          building.onResolve({filter: /\.node$/}, ({path, importer}) => ({
            path: inPackage(importer, path),
            external: true,
          }));
        },
      },
    ],
  });
}

/** `./crypto/x.node` from `…/node_modules/ssh2/lib/protocol/crypto.js` as `ssh2/lib/protocol/crypto/x.node`. */
function inPackage(importer: string, path: string): string {
  const from = importer.slice(importer.lastIndexOf('/node_modules/') + '/node_modules/'.length);
  return new URL(path, `file:///${from}`).pathname.slice(1);
}
