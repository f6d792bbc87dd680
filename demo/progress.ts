import type { WriteStream } from 'node:tty';

export interface Progress {
  uploaded(): void;
  settled(): void;
  done(): void;
}

const WIDTH = 32;

const bar = (settled: number, uploaded: number, total: number): string => {
  const cells = (count: number): number => Math.round((count / total) * WIDTH);
  return (
    '█'.repeat(cells(settled)) + '▒'.repeat(cells(uploaded) - cells(settled)) + '░'.repeat(WIDTH - cells(uploaded))
  );
};

/** A bar of two speeds, bytes sent and files finished. Draws nothing unless `out` is a terminal. */
export const progressBar = (total: number, out: Pick<WriteStream, 'isTTY' | 'write'>): Progress => {
  let uploaded = 0;
  let settled = 0;
  const draw = (): void => {
    if (!out.isTTY) return;
    out.write(`\r${bar(settled, uploaded, total)}  ${uploaded}/${total} uploaded, ${settled}/${total} settled`);
  };
  draw();
  return {
    uploaded: () => {
      uploaded += 1;
      draw();
    },
    settled: () => {
      settled += 1;
      draw();
    },
    done: () => {
      if (out.isTTY) out.write('\n');
    },
  };
};
