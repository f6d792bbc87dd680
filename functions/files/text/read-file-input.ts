import type { OcrLanguage } from '../../domain/ocr-languages.ts';
import type { TextOptions, TextPage } from '../../domain/text.ts';
export interface ReadFileInput {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly options: TextOptions;
  /** The languages of `auto`. */
  readonly languages: readonly OcrLanguage[];
  /** When reading must end, in milliseconds since 1970. */
  readonly until: number;
  /** Loads PDFium itself; only for a PDF. */
  readonly pdfium: () => Promise<ArrayBuffer>;
  /** Called with the text so far after each page of a slow file. */
  readonly onPages?: ((pages: readonly TextPage[]) => void) | undefined;
}
