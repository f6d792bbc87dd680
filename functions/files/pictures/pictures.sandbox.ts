/** A process that decodes pictures, one after the other. It has no credentials, and only knows the file. */
import { readFile } from 'node:fs/promises';
import type { RenditionName } from '../../domain/media.ts';
import type { Transform } from '../../domain/transform.ts';
import { answerInProcess } from '../../sandbox/in-process.ts';
import { type AboutPicture, picturesHere } from './pictures.ts';

/** The task for the picture at `path`. */
export type PictureTask = { readonly path: string } & (
  | { readonly kind: 'verify'; readonly about: AboutPicture }
  | { readonly kind: 'readMetadata'; readonly mimeType: string }
  | { readonly kind: 'draw'; readonly mimeType: string; readonly name: RenditionName }
  | { readonly kind: 'transform'; readonly mimeType: string; readonly transform: Transform }
);

/** The result, or why there is none. */
export type Drawn = { readonly bytes: Uint8Array } | { readonly fault: string };

const drawn = (bytes: Promise<Uint8Array>): Promise<Drawn> =>
  bytes.then(
    (result): Drawn => ({ bytes: result }),
    (error): Drawn => ({ fault: String(error) }),
  );

answerInProcess(async (task: PictureTask) => {
  const bytes = await readFile(task.path);
  switch (task.kind) {
    case 'verify':
      return picturesHere.verify(bytes, task.about);
    case 'readMetadata':
      return picturesHere.readMetadata(bytes, task.mimeType);
    case 'draw':
      return drawn(picturesHere.draw(bytes, task.mimeType, task.name));
    case 'transform':
      return drawn(picturesHere.transform(bytes, task.mimeType, task.transform));
  }
});
