import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The location of packages that a layer or an image would have. */
export const HOST_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The configuration of fonts that the layer of sharp has, for the same text as on AWS whatever fonts this machine has. */
const FONTS = fileURLToPath(new URL('../../layers/sharp/fonts.conf', import.meta.url));

let nativeModulesLoaded = false;

/** sharp's native code has to be loaded by the main thread before a worker thread does, or the second thread to load it crashes. */
export const loadNativeModules = (): void => {
  if (nativeModulesLoaded) return;
  nativeModulesLoaded = true;
  // Only the main thread can set it for native code: the environment of a worker thread is a copy.
  process.env.FONTCONFIG_FILE ??= FONTS;
  createRequire(import.meta.url)('sharp');
};
