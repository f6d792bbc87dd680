import { s3Files } from '../files/file-store.ts';
import { picturesInProcess } from '../files/pictures/pictures-in-process.ts';
import { DrawPictureEnvironment } from '../shared/environment.ts';
import { drawOriginal } from './draw-original.ts';
import { drawPicture } from './draw-picture.ts';

const env = DrawPictureEnvironment.parse(process.env);

export const handler = drawPicture({
  files: s3Files(env.BUCKET),
  // A caller waits, and no longer than this function may.
  ...drawOriginal(picturesInProcess({ env: process.env, limits: { wallMs: 20_000 } })),
});
