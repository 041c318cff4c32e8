export {
  describeFile,
  readManifest,
  verifyBundle,
  type BundleFile,
  type BundleManifest,
} from '../../../engine/cli/bundle/manifest.js';
