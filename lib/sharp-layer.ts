import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DockerImage, type ILocalBundling } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { takePrebuilt } from './prebuilt.ts';

/** Where Lambda looks for the packages of a Node.js layer. */
const PACKAGES = 'nodejs';

/** The configuration of fonts in the layer, and its path where Lambda unpacks layers. */
const FONTS = 'fonts.conf';
export const FONTS_PATH = `/opt/${FONTS}`;

const TARGET = ['--os=linux', '--cpu=arm64', '--libc=glibc'];

/** Installs the locked sharp for Lambda's processor, on any machine. */
export const installFor = (source: string): ILocalBundling => ({
  tryBundle(output) {
    const folder = join(output, PACKAGES);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(source, FONTS), join(output, FONTS));
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(folder, file));
    const packages = join(folder, 'node_modules');
    if (takePrebuilt(source, packages)) return true;
    execFileSync('npm', ['ci', ...TARGET, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      // npm talks on standard output, which belongs to the program that started the synthesis.
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const binary = join(packages, '@img', 'sharp-linux-arm64');
    if (!existsSync(binary)) throw new Error(`npm installed sharp without its binary for Linux on arm64 (${binary})`);
    return true;
  },
});

/**
 * sharp and libvips for Linux on arm64, about 20 MB. Built by npm alone, without Docker; not built at all while the context
 * `aws:cdk:bundling-stacks` is empty, when the host's own sharp is used instead.
 */
export const sharpLayer = (scope: Construct, source: string): LayerVersion =>
  new LayerVersion(scope, 'SharpLayer', {
    description: 'sharp for Linux on arm64',
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [Architecture.ARM_64],
    code: Code.fromAsset(source, {
      // The image is never pulled: `local` either builds or throws.
      bundling: { image: DockerImage.fromRegistry('unused'), local: installFor(source) },
    }),
  });
