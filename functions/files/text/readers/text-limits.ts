/** How much of an untrusted file is read, and the limit of its text. */
export const TEXT_LIMITS = {
  /** Bytes of a file that are read into memory. */
  file: 64 * 2 ** 20,
  /** Bytes that one part of an archive may unpack to. */
  part: 64 * 2 ** 20,
  /** Bytes that all parts may unpack to. */
  unpacked: 256 * 2 ** 20,
  /** Bytes of text (UTF-8), as far as an answer of Lambda carries it. */
  text: 1_000_000,
  /** Pages of one extraction. */
  pages: 500,
  /** Pages of one extraction that are recognized, at about five seconds each. */
  recognized: 20,
  /** Elements inside one another. */
  depth: 1000,
  /** Cells of one row, for any number of repetitions in a file. */
  columns: 1024,
} as const;
