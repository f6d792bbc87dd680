import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ocrData, SHIPPED_OCR_LANGUAGES } from '../../functions/domain/ocr-languages.ts';
import { installOcr } from '../../lib/ocr-layer.ts';
import { functionOf, ofType, ROOT, synthesize } from './synthesized.ts';

const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** What `@tesseract.js-data` packages hold is unpacked when Tesseract starts, not in the layer. */
const LAYER_BYTES = 60 * 2 ** 20;

describe('the layer for recognition', () => {
  it('pins the Tesseract that the project is tested with', () => {
    const lock = json('layers/ocr/package-lock.json').packages;
    const tested = json('package-lock.json').packages;
    const names = [...Object.keys(json('layers/ocr/package.json').dependencies), 'tesseract.js-core'];
    expect(names).toEqual(['tesseract.js', 'tesseract.js-core']);
    for (const name of names) {
      const { version, integrity } = tested[`node_modules/${name}`];
      expect(lock[`node_modules/${name}`]).toMatchObject({ version, integrity });
    }
  });

  it('is given to the function that reads, beside sharp, and stays far below what Lambda unpacks', async () => {
    const stack = await synthesize();
    const layers = ofType(stack, 'AWS::Lambda::LayerVersion').map(({ id }) => ({ Ref: id }));
    expect(functionOf(stack, 'read-text').Properties.Layers.toSorted()).toEqual(layers.toSorted());
    expect(functionOf(stack, 'extract-text').Properties.Layers).toBeUndefined();
  });

  it('has the data of every language that is on by default', () => {
    const installed = readdirSync(join(ROOT, 'node_modules', '@tesseract.js-data'));
    expect(installed.sort()).toEqual(SHIPPED_OCR_LANGUAGES.map(ocrData).sort());
    for (const code of installed) {
      expect(json('package.json').dependencies[`@tesseract.js-data/${code}`]).toBeDefined();
    }
  });

  it('says how to install the data of another language', () => {
    const output = mkdtempSync(join(tmpdir(), 'ocr-layer-'));
    try {
      const install = () => installOcr(join(ROOT, 'layers', 'ocr'), ['ja']).tryBundle(output, {} as never);
      expect(install).toThrow('npm install --save-exact @tesseract.js-data/jpn');
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  });

  it('holds the languages of the settings, one model of each, and no code for browsers', () => {
    const output = mkdtempSync(join(tmpdir(), 'ocr-layer-'));
    try {
      installOcr(join(ROOT, 'layers', 'ocr'), SHIPPED_OCR_LANGUAGES).tryBundle(output, {} as never);
      const packages = join(output, 'nodejs', 'node_modules');
      const files = readdirSync(packages, { recursive: true, encoding: 'utf8' });
      expect(files.filter((file) => file.endsWith('.traineddata.gz')).sort()).toEqual(
        SHIPPED_OCR_LANGUAGES.map(ocrData)
          .map((code) => `@tesseract.js-data/${code}/4.0.0_best_int/${code}.traineddata.gz`)
          .sort(),
      );
      expect(files.filter((file) => file.endsWith('.wasm.js'))).toEqual([]);
      expect(existsSync(join(packages, 'tesseract.js-core', 'tesseract-core-relaxedsimd-lstm.wasm'))).toBe(true);
      const bytes = files.reduce((sum, file) => sum + statSync(join(packages, file)).size, 0);
      expect(bytes).toBeLessThan(LAYER_BYTES);
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  });
});
