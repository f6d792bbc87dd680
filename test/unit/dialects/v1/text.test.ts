import { describe, expect, it } from '@jest/globals';
import { textView } from '../../../../functions/dialects/v1/text.ts';
import type { ExtractedText } from '../../../../functions/text/extract-text.ts';

describe('an extracted text', () => {
  it('shows of a page what the document tells of, and not what else was kept with it', () => {
    const page = { number: 1, name: null, text: 'Hello', source: 'ocr' as const, confidence: 90 };
    const kept = { ...page, sureLines: 1, unsureLines: 0 };
    const extracted: ExtractedText = {
      mediaId: 'm',
      status: 'done',
      options: { language: 'auto', preserveFormatting: false, pages: undefined },
      text: { pages: [kept], pageCount: 1, language: 'en', truncated: false },
    };
    const view = textView(extracted) as { readonly text?: string; readonly pages?: unknown };
    expect(view.text).toBe('Hello');
    expect(view.pages).toEqual([page]);
  });
});
