import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { FileMetadata } from '../../../../functions/domain/file-metadata.ts';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { readXmp } from '../../../../functions/files/metadata/xmp.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { EXPECTED_METADATA } from '../../../fixtures/expected-metadata.ts';
import { fixture } from '../../../support/fixtures/fixtures.ts';

/** Numbers that look random and are the same in each run. */
const numbers = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

/** DynamoDB takes items of 400 KB; a record's metadata has to stay far below. */
const LARGEST = 16 * 1024;

const isStorable = (metadata: FileMetadata): void => {
  const json = JSON.stringify(metadata);
  expect(json.isWellFormed()).toBe(true);
  expect(json.length).toBeLessThan(LARGEST);
  expect(JSON.parse(json)).toEqual(metadata);
};

/** What hangs is ended by this; what it answers then does not matter here. */
const patience = 2000;

const names = Object.keys(EXPECTED_METADATA);
const declared = (name: string) => EXPECTED_METADATA[name]?.contentType ?? '';

/**
 * All cases for a picture. Sound, film and PDF start a thread for each, so every file gets one case, and another than the
 * files before it.
 */
const casesOf = <Case>(name: string, all: readonly Case[]): readonly Case[] => {
  const at = names.indexOf(name) % all.length;
  return name.startsWith('picture/') ? all : all.slice(at, at + 1);
};
const TWELFTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const FLIPS = Array.from({ length: 30 }, (_, index) => index + 1);

/** A few bytes that blow up to more than anybody should hold: the directory of a PDF, all zeros. */
const bomb = (): Buffer => {
  const zeros = deflateSync(Buffer.alloc(400 * 2 ** 20), { level: 1 });
  const head = '%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n';
  const directory = `3 0 obj<</Type/XRef/Size 9/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length ${zeros.length}>>stream\n`;
  const end = `\nendstream endobj\nstartxref\n${head.length}\n%%EOF\n`;
  return Buffer.concat([Buffer.from(head + directory), zeros, Buffer.from(end)]);
};

describe('a file that is not what it should be', () => {
  it.each(names)('may end anywhere: %s', async (name) => {
    const bytes = await fixture(name);
    for (const part of casesOf(name, TWELFTHS)) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 12));
      isStorable(await readMetadata(bufferSource(cut), declared(name), { patience }));
    }
  });

  it.each(names)('may have any bits wrong: %s', async (name) => {
    const next = numbers(name.length * 7919);
    for (const flips of casesOf(name, FLIPS)) {
      const bytes = Buffer.from(await fixture(name));
      // Structure stands at either end; flips are dense there.
      for (let flip = 0; flip < flips; flip += 1) {
        const at = next() < 0.5 ? next() * Math.min(bytes.length, 600) : next() * bytes.length;
        bytes[Math.floor(at)] = Math.floor(next() * 256);
      }
      isStorable(await readMetadata(bufferSource(bytes), declared(name), { patience }));
    }
  });

  it.each(names)('may consist of filler bytes behind its beginning: %s', async (name) => {
    const bytes = await fixture(name);
    for (const filler of casesOf(name, [0x00, 0xff])) {
      const lies = Buffer.concat([bytes.subarray(0, 64), Buffer.alloc(50_000, filler)]);
      isStorable(await readMetadata(bufferSource(lies), declared(name), { patience }));
    }
  });
});

const packet = (description: string, head = ''): Buffer =>
  Buffer.from(
    `<?xpacket begin=""?>${head}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>${description}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  );

describe('a compressed nothing', () => {
  it('is left before it fills the memory', async () => {
    const bytes = bomb();
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 10);
    const { document } = await readMetadata(bufferSource(bytes), 'application/pdf');
    clearInterval(watch);
    expect(document?.pages ?? 0).toBe(0);
    expect(peak - before).toBeLessThan(700 * 2 ** 20);
  });
});

describe('XMP', () => {
  it('prefers the default of several languages', () => {
    const title =
      '<dc:title><rdf:Alt><rdf:li xml:lang="fr">Port</rdf:li><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>';
    expect(readXmp(packet(title)).title).toBe('Harbour');
  });

  it('knows no entities but those of XML', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>';
    const title = '<dc:title><rdf:Alt><rdf:li>&b;</rdf:li></rdf:Alt></dc:title>';
    expect(readXmp(packet(title, bomb)).title).toBeNull();
    expect(readXmp(packet('<dc:title><rdf:Alt><rdf:li>A &amp; B</rdf:li></rdf:Alt></dc:title>')).title).toBe('A & B');
  });

  it('is cut where it is too long, and has no texts then', () => {
    expect(readXmp(packet(`<dc:title>${'<rdf:li>'.repeat(100_000)}</dc:title>`)).title).toBeNull();
  });

  it('keeps what a person can read, and no more than a record holds', () => {
    const title = `<dc:title><rdf:Alt><rdf:li>\u202e${'long '.repeat(200)}</rdf:li></rdf:Alt></dc:title>`;
    const { title: read } = readXmp(packet(title));
    expect(read).toMatch(/^long long/);
    expect(read?.length).toBeLessThanOrEqual(255);
  });
});
