import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DockerImage, type ILocalBundling } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type OcrLanguage, ocrData, ocrPackage } from '../functions/domain/ocr-languages.ts';
import { takePrebuilt } from './prebuilt.ts';

/** Where Lambda looks for the packages of a Node.js layer. */
const PACKAGES = 'nodejs';

/** The models in use; the packages have others of three times the size. */
const MODELS = '4.0.0_best_int';

/** The folder of the package with a language's data; throws with the command to install it if it is missing. */
const dataFolder = (language: OcrLanguage): string => {
  const name = ocrPackage(language);
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    throw new Error(`ocrLanguages: no data of "${language}" is installed; npm install --save-exact ${name}`, { cause });
  }
};

/** Installs the locked Tesseract, and keeps the used parts of it and its languages. */
export const installOcr = (source: string, languages: readonly OcrLanguage[]): ILocalBundling => ({
  tryBundle(output) {
    const folder = join(output, PACKAGES);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(folder, file));
    const packages = join(folder, 'node_modules');
    if (!takePrebuilt(source, packages)) installPruned(folder, packages);
    for (const language of languages) copyData(language, packages);
    return true;
  },
});

const installPruned = (folder: string, packages: string): void => {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    // npm talks on standard output, which belongs to the program that started the synthesis.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  prune(packages);
};

/** The data is the same for every platform, so it comes from the project's own packages. */
const copyData = (language: OcrLanguage, packages: string): void => {
  const from = dataFolder(language);
  const to = join(packages, ...ocrPackage(language).split('/'));
  mkdirSync(join(to, MODELS), { recursive: true });
  for (const file of ['package.json', join(MODELS, `${ocrData(language)}.traineddata.gz`)]) {
    copyFileSync(join(from, file), join(to, file));
  }
};

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

const prune = (packages: string): void => {
  const core = join(packages, 'tesseract.js-core');
  // Node.js loads the binary beside its code; the ones inside of JavaScript are for browsers.
  for (const file of readdirSync(core)) if (file.endsWith('.wasm.js')) remove(join(core, file));
  remove(join(packages, 'tesseract.js', 'dist'));
  if (!existsSync(join(core, 'tesseract-core-simd-lstm.wasm')))
    throw new Error('npm installed Tesseract without its core');
};

const hashOf = (source: string, languages: readonly OcrLanguage[]): string => {
  const hash = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .update(MODELS);
  for (const language of languages.toSorted()) {
    hash.update(language).update(readFileSync(join(dataFolder(language), 'package.json')));
  }
  return hash.digest('hex');
};

/** Tesseract and the data of its languages. WebAssembly, so it is the same for every processor. */
export const ocrLayer = (scope: Construct, source: string, languages: readonly OcrLanguage[]): LayerVersion =>
  new LayerVersion(scope, 'OcrLayer', {
    description: `Tesseract for ${languages.join(', ')}`,
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [Architecture.ARM_64],
    code: Code.fromAsset(source, {
      // The languages determine the content of the layer, and are not in the folder.
      assetHash: hashOf(source, languages),
      // The image is never pulled: `local` either builds or throws.
      bundling: { image: DockerImage.fromRegistry('unused'), local: installOcr(source, languages) },
    }),
  });
