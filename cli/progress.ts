import { basename } from 'node:path';
import type { Progress } from '../client/node.ts';
import { canRedraw, colours, plain, sizeText, type Terminal } from './terminal.ts';

export interface Bars {
  /** The progress of one file. */
  update(path: string, progress: Progress): void;
  /** A file is finished; `bytes` are what it counts for. */
  settled(path: string, bytes: number): void;
  /** Removes the bars. */
  end(): void;
}

const DRAW_EVERY_MS = 100;
const WIDTH = 24;
const VERBS = { hashing: 'reading', sending: 'sending', verifying: 'checking' } as const;

const bar = (share: number): string => {
  const filled = Math.round(Math.min(1, share) * WIDTH);
  return '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
};

const percent = (share: number): string => `${Math.floor(share * 100)} %`.padStart(5);

const sentOf = ({ phase, bytes, totalBytes }: Progress): number =>
  phase === 'hashing' ? 0 : phase === 'sending' ? bytes : totalBytes;

/** A bar for each running file and one for the whole. Without a terminal, nothing is drawn. */
export const progressBars = (terminal: Terminal, files: number, totalBytes: number): Bars => {
  if (!canRedraw(terminal)) return { update: () => {}, settled: () => {}, end: () => {} };
  const { errors } = terminal;
  const { dim } = colours(terminal);
  const underWay = new Map<string, Progress>();
  let doneFiles = 0;
  let doneBytes = 0;
  let drawn = 0;
  let drawnAt = 0;

  const clear = (): void => {
    if (drawn > 0) errors.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const line = (text: string): string => `${text.slice(0, (errors.columns ?? 80) - 1)}\n`;
  const draw = (): void => {
    const now = performance.now();
    if (now - drawnAt < DRAW_EVERY_MS) return;
    drawnAt = now;
    clear();
    const sending = [...underWay].filter(([, { phase }]) => phase !== 'verifying');
    for (const [path, { phase, bytes, totalBytes: size }] of sending) {
      const share = size === 0 ? 1 : bytes / size;
      errors.write(
        line(`${bar(share)} ${percent(share)}  ${VERBS[phase]} ${plain(basename(path))} (${sizeText(size)})`),
      );
    }
    const sent = [...underWay.values()].reduce((sum, each) => sum + sentOf(each), doneBytes);
    const share = totalBytes === 0 ? 1 : sent / totalBytes;
    const checking = underWay.size - sending.length;
    const rest = checking > 0 ? `, ${checking} being checked` : '';
    errors.write(line(`${bar(share)} ${percent(share)}  ${dim(`${doneFiles} of ${files} files${rest}`)}`));
    drawn = sending.length + 1;
  };
  return {
    update: (path, progress) => {
      underWay.set(path, progress);
      draw();
    },
    settled: (path, bytes) => {
      underWay.delete(path);
      doneFiles += 1;
      doneBytes += bytes;
      draw();
    },
    end: clear,
  };
};
