/** A thread that draws one preview and ends; it only reaches the file by requesting pieces of it. */
import { answerInThread } from '../../sandbox/in-thread.ts';
import { noPreview, type PreviewJob, type PreviewRenderer, type PreviewResult, type RendererName } from './preview.ts';

/** Loaded when they are needed: a page does not pay for the film decoder. */
const MAKERS: Readonly<Record<RendererName, () => Promise<PreviewRenderer>>> = {
  heic: async () => (await import('./make-heic.ts')).makeHeic,
  pdf: async () => (await import('./make-pdf.ts')).makePdf,
  poster: async () => (await import('./make-poster.ts')).makePoster,
  waveform: async () => (await import('./make-waveform.ts')).makeWaveform,
  text: async () => (await import('./make-text.ts')).makeText,
};

await answerInThread<PreviewJob, PreviewResult>(
  async (job, source) => {
    try {
      const maker = await MAKERS[job.maker]();
      return await maker(source, job);
    } catch (error) {
      return noPreview('broken', String(error));
    }
  },
  (made) => (made.kind === 'picture' ? [made.picture.data.buffer as ArrayBuffer] : []),
);
