import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT } from '../support/checks/readme.ts';

const files = execFileSync('git', ['ls-files'], { cwd: PROJECT, encoding: 'utf8' }).split('\n');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const matches = (pattern: RegExp, paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => [...read(path).matchAll(pattern)].map(([, found = '']) => found));

const workflows = files.filter((path) => path.startsWith('.github/workflows/'));
const dockerfiles = files.filter((path) => /(^|\/)Dockerfile[^/]*$/.test(path));
const locks = files.filter((path) => /(^|\/)package-lock\.json$/.test(path));

describe('what others publish', () => {
  it('is used of GitHub by the commit, with the release that it is', () => {
    const used = matches(/^\s*(?:- )?uses: (.+)$/gm, workflows);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('is built on under an exact version, which an operator can replace by a digest', () => {
    expect(dockerfiles.length).toBeGreaterThan(0);
    expect(matches(/^FROM (.+)$/gm, dockerfiles).filter((image) => !/^\$\{BASE_IMAGE\}$/.test(image))).toEqual([]);
    const images = matches(/^ARG BASE_IMAGE=(.+)$/gm, dockerfiles);
    expect(images).toHaveLength(dockerfiles.length);
    expect(images.filter((image) => !/:\d+\.\d+\.\d+-[\w-]+$|@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  });

  it('is updated by pull requests: packages, images and actions', () => {
    const configured = matches(/package-ecosystem: (\S+)/g, ['.github/dependabot.yml']);
    expect(configured).toEqual(['npm', 'docker', 'github-actions']);
    const folders = locks.map((lock) => `/${lock.split('/').slice(0, -1).join('/')}`);
    const [listed = ''] = matches(/directories: \[(.+)\]/g, ['.github/dependabot.yml']);
    expect(listed.split(', ').toSorted()).toEqual(folders.toSorted());
  });

  it('comes from npm with the checksum of its lock file', () => {
    expect(locks.length).toBeGreaterThan(1);
    for (const lock of locks) {
      const { packages } = JSON.parse(read(lock)) as { packages: Record<string, Record<string, unknown>> };
      const loose = Object.entries(packages).filter(
        ([path, { integrity, link, inBundle }]) =>
          path.includes('node_modules/') && !link && !inBundle && !/^sha512-/.test(String(integrity)),
      );
      expect({ lock, loose: loose.map(([path]) => path) }).toEqual({ lock, loose: [] });
    }
  });
});
