const TAG_COUNT_AT = 128;
const TAG_BYTES = 12;
/** Profiles have about ten tags; a hostile count must not make a long loop. */
const MAX_TAGS = 100;

/** The description tag of an ICC profile, as stored: ASCII in version 2, UTF-16 in version 4. */
const description = (icc: Buffer): Buffer => {
  if (icc.length < TAG_COUNT_AT + 4) return Buffer.alloc(0);
  const tags = Math.min(icc.readUInt32BE(TAG_COUNT_AT), MAX_TAGS);
  for (let at = TAG_COUNT_AT + 4, tag = 0; tag < tags && at + TAG_BYTES <= icc.length; tag++, at += TAG_BYTES) {
    if (icc.toString('latin1', at, at + 4) !== 'desc') continue;
    const from = icc.readUInt32BE(at + 4);
    return icc.subarray(from, from + icc.readUInt32BE(at + 8));
  }
  return Buffer.alloc(0);
};

/** Whether an ICC profile is Display P3, in which telephones take their photos. */
export const isDisplayP3 = (icc: Buffer): boolean =>
  icc.toString('latin1', 16, 20) === 'RGB ' &&
  description(icc).toString('latin1').replaceAll('\0', '').includes('Display P3');

/**
 * Whether an ICC profile calls itself sRGB, as those of most cameras and editors do. Such a profile need not be applied to get
 * sRGB. A wrong name only affects the colours of its own picture.
 */
export const isSrgb = (icc: Buffer): boolean => {
  const name = description(icc).toString('latin1').replaceAll('\0', '');
  return icc.toString('latin1', 16, 20) === 'RGB ' && name.includes('sRGB') && !/linear|scrgb|gray|grey/i.test(name);
};
