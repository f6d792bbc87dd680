import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DockerImage, type ILocalBundling } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { OCR_LANGUAGES, type OcrLanguage } from '../functions/domain/text.ts';

/** Where Lambda looks for the packages of a Node.js layer. */
const PACKAGES = 'nodejs';

/** The models that are read; the packages hold others of three times the size. */
const MODELS = '4.0.0_best_int';

/** Installs the locked Tesseract, and keeps of it and its languages what is used: 130 MB become 30. */
export const installOcr = (source: string, languages: readonly OcrLanguage[]): ILocalBundling => ({
  tryBundle(output) {
    const folder = join(output, PACKAGES);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(folder, file));
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      // npm talks on standard output, which belongs to whoever started the synthesis.
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    prune(join(folder, 'node_modules'), languages);
    return true;
  },
});

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

const prune = (packages: string, languages: readonly OcrLanguage[]): void => {
  const data = join(packages, '@tesseract.js-data');
  const wanted = new Set<string>(languages.map((language) => OCR_LANGUAGES[language]));
  for (const code of readdirSync(data)) {
    if (wanted.delete(code))
      for (const models of readdirSync(join(data, code)).filter(isOtherModel)) remove(join(data, code, models));
    else remove(join(data, code));
  }
  if (wanted.size > 0) throw new Error(`npm installed no data of ${[...wanted].join(', ')}`);
  const core = join(packages, 'tesseract.js-core');
  // Node.js loads the binary that lies beside its code; the ones inside of JavaScript are for browsers.
  for (const file of readdirSync(core)) if (file.endsWith('.wasm.js')) remove(join(core, file));
  remove(join(packages, 'tesseract.js', 'dist'));
  if (!existsSync(join(core, 'tesseract-core-simd-lstm.wasm')))
    throw new Error('npm installed Tesseract without its core');
};

const isOtherModel = (name: string): boolean => name.startsWith('4.0.0') && name !== MODELS;

const hashOf = (source: string, languages: readonly OcrLanguage[]): string =>
  createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .update(`${MODELS} ${languages.toSorted().join()}`)
    .digest('hex');

/** Tesseract and the data of its languages. WebAssembly, so it is the same for every processor. */
export const ocrLayer = (scope: Construct, source: string, languages: readonly OcrLanguage[]): LayerVersion =>
  new LayerVersion(scope, 'OcrLayer', {
    description: `Tesseract for ${languages.join(', ')}`,
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [Architecture.ARM_64],
    code: Code.fromAsset(source, {
      // The languages decide what the layer holds, and are no part of the folder.
      assetHash: hashOf(source, languages),
      // The image is never pulled: `local` either builds or throws.
      bundling: { image: DockerImage.fromRegistry('unused'), local: installOcr(source, languages) },
    }),
  });
