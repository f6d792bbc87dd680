import { MediaError } from '../domain/errors.ts';
import { askUnlessBusy, type Invoke } from '../shared/invoke.ts';
import { DrawingAnswer, type DrawingOrder } from './drawing-order.ts';

/** Has a picture drawn and stored. Throws refusals caused by the file, and `BUSY` when too much is being drawn. */
export type OrderDrawing = (order: DrawingOrder) => Promise<void>;

/** Invokes `draw-picture`, which decodes and has neither the table nor a secret. */
export const orderDrawing =
  (invoke: Pick<Invoke, 'ask'>): OrderDrawing =>
  async (order) => {
    const answer = DrawingAnswer.parse(await askUnlessBusy(invoke, order, BUSY));
    if ('refusal' in answer) throw new MediaError(answer.refusal.code, answer.refusal.message);
  };

const BUSY = 'Too many pictures are being drawn, try again in a moment';
