const PAGE_BYTES = 65_536;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * Bounds the growth of every WebAssembly memory of this thread. The limits of a thread only cover JavaScript's heap; a decoder
 * that gets no more memory fails as on a small machine.
 */
export const capMemory = (bytes: number): void => {
  const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly;
  const { grow } = Memory.prototype;
  Memory.prototype.grow = function (this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE_BYTES > bytes) throw new RangeError(`more than ${bytes} bytes of memory`);
    return grow.call(this, pages);
  };
};
