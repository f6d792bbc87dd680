/** The package has no types. */
declare module '@ffmpeg/core' {
  const create: (options: { readonly wasmBinary: Uint8Array }) => Promise<{
    readonly FS: {
      writeFile(path: string, bytes: Uint8Array): void;
      readFile(path: string): Uint8Array;
    };
    setLogger(logger: (line: { readonly message: string }) => void): void;
    exec(...options: string[]): number;
  }>;
  export default create;
}
