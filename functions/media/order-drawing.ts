import { MediaError } from '../domain/errors.ts';
import { askUnlessBusy, type Invoke } from '../shared/invoke.ts';
import { DrawingAnswer, type DrawingOrder } from './drawing-order.ts';

/** Has a picture drawn and stored. Throws the refusal that the file gives reason for, and `BUSY` when too much is being drawn. */
export type OrderDrawing = (order: DrawingOrder) => Promise<void>;

/** Has `draw-picture` draw: it decodes, and holds neither the table nor a secret. */
export const orderDrawing =
  (invoke: Pick<Invoke, 'ask'>): OrderDrawing =>
  async (order) => {
    const answer = DrawingAnswer.parse(await askUnlessBusy(invoke, order, BUSY));
    if ('refusal' in answer) throw new MediaError(answer.refusal.code, answer.refusal.message);
  };

const BUSY = 'Too many pictures are being drawn, try again in a moment';
