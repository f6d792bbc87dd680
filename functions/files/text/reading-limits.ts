/**
 * How long a file is read, and with how much memory for JavaScript: a page takes five seconds to recognize, twenty of them
 * a hundred. Two processes that are ended one after the other fit in the time of the function.
 */
export const READING_LIMITS = {
  enoughSeconds: 110,
  mostSeconds: 140,
  heapMb: 768,
  memoryBytes: 1408 * 2 ** 20,
} as const;
