import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installOcr } from '../../lib/ocr-layer.ts';
import { functionOf, ofType, ROOT, synthesize } from './synthesized.ts';

const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

describe('the layer for recognition', () => {
  it('pins the Tesseract and the data that the project is tested with', () => {
    const lock = json('layers/ocr/package-lock.json').packages;
    const tested = json('package-lock.json').packages;
    const names = [...Object.keys(json('layers/ocr/package.json').dependencies), 'tesseract.js-core'];
    expect(names).toHaveLength(6);
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

  it('holds the languages of the settings, one model of each, and no code for browsers', () => {
    const output = mkdtempSync(join(tmpdir(), 'ocr-layer-'));
    try {
      installOcr(join(ROOT, 'layers', 'ocr'), ['en', 'de']).tryBundle(output, {} as never);
      const packages = join(output, 'nodejs', 'node_modules');
      const files = readdirSync(packages, { recursive: true, encoding: 'utf8' });
      expect(files.filter((file) => file.endsWith('.traineddata.gz')).sort()).toEqual([
        '@tesseract.js-data/deu/4.0.0_best_int/deu.traineddata.gz',
        '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz',
      ]);
      expect(files.filter((file) => file.endsWith('.wasm.js'))).toEqual([]);
      expect(existsSync(join(packages, 'tesseract.js-core', 'tesseract-core-relaxedsimd-lstm.wasm'))).toBe(true);
      const bytes = files.reduce((sum, file) => sum + statSync(join(packages, file)).size, 0);
      expect(bytes).toBeLessThan(50 * 2 ** 20);
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  });
});
