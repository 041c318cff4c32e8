import {join} from 'node:path';
import {packageRoot} from '../../root.js';
import type {BundleAction} from '../bundle/action.js';
import {currentBundle} from '../bundle/carry-out.js';
import {runOptions, type RunFlags} from '../flags.js';
import {append} from '../option-values.js';
import {addInventoryFlag, addVaultFlags} from '../project-flags.js';
import {addLoginFlags, addShowFlags} from '../run-flags.js';
import type {AddCommand} from './command.js';

interface Flags {
  readonly from?: string;
  readonly image?: readonly string[];
  readonly package?: readonly string[];
  readonly sign?: string;
  readonly digest?: string;
}

/** `bundle`: what a cluster is made of as one file, for places without a way out. */
export const addBundle: AddCommand = (program, found) => {
  const bundle = program
    .command('bundle')
    .summary('carry programs and images to where there is no network')
    .description(
      'Makes one file of programs, images and packages with a manifest of their digests, proves it, makes a repository for apt of it, and pushes its images, signed, to the registry of an inventory.',
    )
    .helpCommand(false);
  const ask = (action: BundleAction): void => found({command: 'bundle', action});
  const digest = [
    '--digest <sha256>',
    'the digest of the manifest, as "create" told it: another bundle is refused',
  ] as const;

  bundle
    .command('create')
    .summary('make one file of a bundle')
    .argument('<file>', 'the file; its ending says how it is compressed: .tar, .tar.gz, .tar.xz')
    .option('--from <folder>', `the bundle's folder; default ${currentBundle}`)
    .option('--image <archive>', "a further archive of images, in OCI's layout; may be given more than once", append)
    .option('--package <deb>', 'a package for dpkg that hosts will need; may be given more than once', append)
    .action((file: string, flags: Flags) => {
      const {from = currentBundle, image: images = [], package: debs = []} = flags;
      ask({action: 'create', file, from, images, debs});
    });
  bundle
    .command('verify')
    .summary('prove that a bundle is what its manifest says')
    .argument('<bundle>', 'the file or the folder')
    .option(...digest)
    .action((name: string, flags: Flags) => {
      ask({action: 'verify', bundle: name, digest: flags.digest});
    });
  bundle
    .command('repository')
    .summary('make a repository of packages for apt')
    .description(
      'Proves a bundle, and makes a signed repository for apt: packages of its programs, and the packages that it carries. The variable package_repository of playbooks names it.',
    )
    .argument('<bundle>', 'the file or the folder')
    .argument('<folder>', 'the repository; an earlier one there is replaced')
    .option(...digest)
    .option('--package <deb>', 'a further package; may be given more than once', append)
    .option('--sign <key>', "one of your own keys in gpg's keyring; by default one that is made for this")
    .action((name: string, folder: string, flags: Flags) => {
      ask({
        action: 'repository',
        bundle: name,
        folder,
        digest: flags.digest,
        debs: flags.package ?? [],
        key: flags.sign,
      });
    });
  const push = bundle
    .command('push')
    .summary('push the images of a bundle to the registry, signed')
    .description(
      'Proves a bundle, and has its images in the registry of the inventory: a run of playbooks/push-images.yml.',
    )
    .argument('<bundle>', 'the file or the folder')
    .option(...digest)
    .option('-C, --check', 'change nothing, tell what would change')
    .option('-D, --diff', 'show each change as a diff')
    .optionsGroup('Where:');
  addInventoryFlag(push).option(
    '-e, --extra-vars <vars>',
    'name=value, JSON, YAML or @file; may be given more than once',
    append,
  );
  addVaultFlags(push);
  addLoginFlags(push);
  addShowFlags(push).action((name: string, flags: Flags & RunFlags) => {
    const options = runOptions([join(packageRoot, 'playbooks/push-images.yml')], flags);
    ask({action: 'push', bundle: name, digest: flags.digest, options});
  });
};
