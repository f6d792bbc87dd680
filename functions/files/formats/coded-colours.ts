/**
 * The colours of a picture, by the code points of ITU-T H.273, if they are not sRGB: HDR of the kinds HLG and PQ, and the wider
 * primaries of telephones and television.
 */
export interface CodedColours {
  readonly transfer: 'hlg' | 'pq' | 'srgb';
  readonly primaries: 'bt2020' | 'p3' | 'bt709';
}

const PRIMARIES: ReadonlyMap<unknown, CodedColours['primaries']> = new Map<unknown, CodedColours['primaries']>([
  [9, 'bt2020'],
  [11, 'p3'],
  [12, 'p3'],
  ['bt2020', 'bt2020'],
  ['smpte432', 'p3'],
]);
const TRANSFERS: ReadonlyMap<unknown, CodedColours['transfer']> = new Map<unknown, CodedColours['transfer']>([
  [16, 'pq'],
  [18, 'hlg'],
  ['pq', 'pq'],
  ['hlg', 'hlg'],
]);

/** Colours by the numbers of H.273 or the names of WebCodecs; undefined for those that are treated as sRGB. */
export const codedColours = (primaries: unknown, transfer: unknown): CodedColours | undefined => {
  const coded = {
    transfer: TRANSFERS.get(transfer) ?? 'srgb',
    primaries: PRIMARIES.get(primaries) ?? 'bt709',
  } as const;
  return coded.transfer === 'srgb' && coded.primaries === 'bt709' ? undefined : coded;
};

const COLOUR_BOX = Buffer.from('colrnclx');
/** Properties of a picture precede its pixels. */
const SEARCHED = 256 * 1024;

/** The colours that an AVIF or HEIC names in a box of its own; of several the first, which is that of the main picture. */
export const heifColours = (bytes: Buffer): CodedColours | undefined => {
  const at = bytes.subarray(0, SEARCHED).indexOf(COLOUR_BOX) + COLOUR_BOX.length;
  if (at < COLOUR_BOX.length || at + 4 > bytes.length) return undefined;
  return codedColours(bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2));
};
