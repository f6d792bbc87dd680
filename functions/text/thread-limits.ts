/**
 * How long a file is read, and with how much memory for JavaScript: a page takes five seconds to recognize, twenty of them
 * a hundred. Two threads that are ended one after the other fit in the time of the function.
 */
export const THREAD_LIMITS = { enoughSeconds: 110, mostSeconds: 140, heapMb: 768 } as const;
