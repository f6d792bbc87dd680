import { MediashelfError } from '../errors.ts';
import type { Ack, Said } from './messages.ts';

/** `WebSocket.OPEN`, for any implementation. */
const OPEN = 1;

export const lost = (): MediashelfError =>
  new MediashelfError('CONNECTION_LOST', 'The connection was lost before an answer came');

type OnAnswer = (answer: Ack) => void;

/** Requests over a socket, which wait for the answer with their id. */
export interface Requests {
  send(socket: WebSocket, action: string, fields: object, onAnswer?: OnAnswer): Promise<Ack>;
  /** Settles the request that this message answers. False for a message that is no answer. */
  settle(said: Said): boolean;
  /** Rejects all that wait. */
  forget(reason: Error): void;
}

export const createRequests = (): Requests => {
  const waiting = new Map<string, PromiseWithResolvers<Ack> & { onAnswer?: OnAnswer | undefined }>();
  let asked = 0;
  return {
    send: (socket, action, fields, onAnswer) => {
      if (socket.readyState !== OPEN) return Promise.reject(lost());
      asked += 1;
      const id = String(asked);
      const answer = Promise.withResolvers<Ack>();
      waiting.set(id, { ...answer, onAnswer });
      socket.send(JSON.stringify({ action, id, ...fields }));
      return answer.promise;
    },
    settle: (said) => {
      const answer = 'id' in said && said.id !== undefined ? waiting.get(String(said.id)) : undefined;
      if (!answer || said.type === 'event' || said.type === 'presence') return false;
      waiting.delete(String(said.id));
      if (said.type === 'error') {
        answer.reject(new MediashelfError(said.code, said.message));
      } else {
        answer.onAnswer?.(said);
        answer.resolve(said);
      }
      return true;
    },
    forget: (reason) => {
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
};
