import type { OcrLanguage } from '../../domain/ocr-languages.ts';
import type { TextOptions, TextPage } from '../../domain/text.ts';
export interface ReadFileInput {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly options: TextOptions;
  /** Languages that `auto` stands for. */
  readonly languages: readonly OcrLanguage[];
  /** When reading has to come to an end, in milliseconds since 1970. */
  readonly until: number;
  /** Reads PDFium itself; asked for a PDF alone. */
  readonly pdfium: () => Promise<ArrayBuffer>;
  /** Told after each page of a file that takes long what was read so far. */
  readonly onPages?: ((pages: readonly TextPage[]) => void) | undefined;
}
