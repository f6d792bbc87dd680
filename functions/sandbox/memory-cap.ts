const PAGE_BYTES = 65_536;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * Bounds what every WebAssembly memory of this thread may grow to. The limits of a thread count JavaScript's heap alone; a
 * decoder that is refused more memory fails like one on a small machine.
 */
export const capMemory = (bytes: number): void => {
  const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly;
  const { grow } = Memory.prototype;
  Memory.prototype.grow = function (this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE_BYTES > bytes) throw new RangeError(`more than ${bytes} bytes of memory`);
    return grow.call(this, pages);
  };
};
