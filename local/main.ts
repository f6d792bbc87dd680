import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../.mediashelf/compile-cache', import.meta.url));

// Stripping the types of this file loads a compiler of 20 MB, which stays in memory. With the compile cache in the environment
// nothing has to be stripped twice: so the process replaces itself, and keeps its pid and its streams.
if (process.env.NODE_COMPILE_CACHE === undefined && process.execve && process.platform !== 'win32') {
  // Bytes of uploads count against the garbage collector's first limit, which is soon reached: each 12 MP photo cost a whole
  // collection or more, in the runtime and in the function, a sixth of the processor time of an upload. This limit holds for
  // each thread, and threads without files do not reach it.
  const flags = ['--initial-old-space-size=96', ...process.execArgv, '--disable-warning=ExperimentalWarning'];
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], {
    ...process.env,
    NODE_COMPILE_CACHE: cache,
  });
}

const { runCommand } = await import('./command.ts');
await runCommand({ parameters: process.argv.slice(2), environment: process.env });
