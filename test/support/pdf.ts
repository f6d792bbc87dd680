import { deflateSync } from 'node:zlib';

/** A piece of text on a page: points from the lower left corner. */
export interface PdfPart {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
}

/** Rows of grey pixels, a byte each, from the top. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

export interface PdfPage {
  readonly content: string;
  readonly picture?: GreyPicture;
}

export const textPage = (parts: readonly PdfPart[]): PdfPage => ({
  content: parts
    .map(({ x, y, size, text }) => `BT /F1 ${size} Tf ${x} ${y} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`)
    .join('\n'),
});

/** A page that is a picture from edge to edge, as a scanner makes it. */
export const picturePage = (picture: GreyPicture): PdfPage => ({ content: 'q 595 0 0 842 0 0 cm /P Do Q', picture });

const stream = (dictionary: string, data: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`<< ${dictionary} /Length ${data.length} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);

/** A PDF of these A4 pages, in Helvetica. `encrypted` says of it that a password opens it; nothing does. */
export const pdf = (pages: readonly PdfPage[], { encrypted = false } = {}): Buffer => {
  const objects: Buffer[] = [];
  const add = (body: string | Buffer): number => objects.push(Buffer.from(body as string));
  const catalog = add('');
  const tree = add('');
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const kids = pages.map(({ content, picture }) => {
    const drawn = picture
      ? `/XObject << /P ${add(
          stream(
            `/Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode`,
            deflateSync(picture.data),
          ),
        )} 0 R >>`
      : '';
    const contents = add(stream('', Buffer.from(content, 'latin1')));
    return add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 595 842] /Contents ${contents} 0 R /Resources << /Font << /F1 ${font} 0 R >> ${drawn} >> >>`,
    );
  });
  objects[catalog - 1] = Buffer.from(`<< /Type /Catalog /Pages ${tree} 0 R >>`);
  objects[tree - 1] = Buffer.from(
    `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`,
  );
  const secret = '00'.repeat(32);
  const encryption = encrypted
    ? `/Encrypt ${add(`<< /Filter /Standard /V 1 /R 2 /P -44 /O <${secret}> /U <${secret}> >>`)} 0 R /ID [<${secret}> <${secret}>]`
    : '';

  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let at = pieces[0]?.length ?? 0;
  objects.forEach((body, index) => {
    offsets.push(at);
    const piece = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    pieces.push(piece);
    at += piece.length;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  pieces.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R ${encryption} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
};
