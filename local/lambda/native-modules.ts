import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The location of packages that a layer or an image would have. */
export const HOST_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

let nativeModulesLoaded = false;

/** sharp's native code has to be loaded by the main thread before a worker thread does, or the second thread to load it crashes. */
export const loadNativeModules = (): void => {
  if (nativeModulesLoaded) return;
  nativeModulesLoaded = true;
  createRequire(import.meta.url)('sharp');
};
