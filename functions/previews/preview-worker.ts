/**
 * A thread that makes one preview and ends. It has no environment, so no credentials; it reaches the file by asking for
 * pieces of it, and nothing else.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { capMemory } from './memory-cap.ts';
import { type Made, type Maker, type MakerName, nothing, type PreviewJob } from './preview.ts';
import { sourceOverPort } from './read-over-port.ts';

export interface WorkerInput {
  readonly job: PreviewJob;
  readonly size: number;
  readonly reads: MessagePort;
  readonly memoryBytes: number;
}

/** Loaded when they are needed: a page does not pay for the film decoder. */
const MAKERS: Readonly<Record<MakerName, () => Promise<Maker>>> = {
  heic: async () => (await import('./make-heic.ts')).makeHeic,
  pdf: async () => (await import('./make-pdf.ts')).makePdf,
  poster: async () => (await import('./make-poster.ts')).makePoster,
  waveform: async () => (await import('./make-waveform.ts')).makeWaveform,
  text: async () => (await import('./make-text.ts')).makeText,
};

const { job, size, reads, memoryBytes } = workerData as WorkerInput;
capMemory(memoryBytes);

const make = async (): Promise<Made> => {
  try {
    const maker = await MAKERS[job.maker]();
    return await maker(sourceOverPort(reads, size), job);
  } catch (error) {
    return nothing('broken', String(error));
  }
};

const made = await make();
const transfer = made.kind === 'picture' ? [made.picture.data.buffer as ArrayBuffer] : [];
parentPort?.postMessage(made, transfer);
reads.close();
