import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freeHiddenAddress } from '../loopback.ts';
import { type Program, startProgram } from '../node-program.ts';
import type { Service } from '../ports.ts';
import type { ContainerSpec } from '../template/containers.ts';

/** A container that starts with its first request and ends when it was idle for a while. */
export interface Container extends Service {
  /** Runs `work` with the address of the running program, which stays up as long. */
  use<T>(work: (url: string) => Promise<T>): Promise<T>;
}

/** The dependencies of a container. */
export interface ContainerOptions {
  /** Credentials, endpoints and the template's variables with local addresses. */
  readonly environmentOf: (spec: ContainerSpec) => Promise<Readonly<Record<string, string>>>;
  readonly onOutput: (chunk: Buffer) => void;
  readonly idleMs?: number;
}

interface Running {
  readonly url: string;
  readonly program: Program;
  readonly ended: Promise<void>;
}

const IDLE_MS = 60_000;
const START_MS = 20_000;

/** Runs a container's program in a process of its own, with its own environment and memory limit. */
export const createContainer = (
  spec: ContainerSpec,
  { environmentOf, onOutput, idleMs }: ContainerOptions,
): Container => {
  let running: Promise<Running> | undefined;
  let users = 0;
  let idle: NodeJS.Timeout | undefined;

  const start = async (): Promise<Running> => {
    // Requests only come through the HTTP gateway, which checks their origin.
    const { host, port } = await freeHiddenAddress();
    const program = startProgram([`--max-old-space-size=${spec.memoryMb}`, join(spec.folder, 'index.mjs')], {
      env: { ...(await environmentOf(spec)), PORT: String(port), HOST: host },
    });
    program.stdout.on('data', onOutput);
    program.stderr.on('data', onOutput);
    const over = Promise.withResolvers<void>();
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => {});
    program.once('error', failed.reject);
    program.once('exit', (code, signal) => {
      failed.reject(new Error(`The container ${spec.name} ended with ${code ?? signal}`));
      over.resolve();
    });
    const url = `http://${host}:${port}`;
    try {
      await Promise.race([answers(url), failed.promise]);
    } catch (error) {
      program.kill('SIGKILL');
      throw error;
    }
    return { url, program, ended: over.promise };
  };
  const begin = (): Promise<Running> => {
    const beginning = start();
    // One that does not start, or has ended, is started again by the next request; that one may be running already.
    const forget = (): void => {
      if (running === beginning) running = undefined;
    };
    beginning.then(({ ended }) => ended.then(forget), forget);
    return beginning;
  };
  const end = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    const last = await ending?.catch(() => undefined);
    last?.program.kill('SIGKILL');
    await last?.ended;
  };

  return {
    use: async (work) => {
      clearTimeout(idle);
      users += 1;
      try {
        running ??= begin();
        return await work((await running).url);
      } finally {
        users -= 1;
        if (users === 0) idle = setTimeout(() => void end(), idleMs ?? IDLE_MS).unref();
      }
    },
    stop: async () => {
      clearTimeout(idle);
      await end();
    },
  };
};

/** Waits until the program is well by its own word, as a load balancer does. */
const answers = async (url: string): Promise<void> => {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await pause(20)) {
    const health = await fetch(`${url}/health`).catch(() => undefined);
    if (health?.ok) return;
  }
  throw new Error(`The container at ${url} did not start in time`);
};
