import { unanswered } from '../errors.ts';
import { IDLE_MS, type PutAnswer, type PutOptions, type SignedPut } from '../source.ts';

/** Signed headers that only browsers may set; they set them to the signed values. */
const OF_THE_BROWSER = ['content-length', 'host'];

/** Sends a blob by a signed PUT. `fetch` reports no progress. */
export const putBlob = ({ url, headers }: SignedPut, blob: Blob, { signal, onSent }: PutOptions): Promise<PutAnswer> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end(() => reject(unanswered('nothing moved'))), IDLE_MS);
    };
    const stop = (): void => end(() => reject(signal.reason));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      settle();
      request.abort();
    };
    request.upload.onprogress = ({ loaded }) => {
      wait();
      onSent(loaded);
    };
    request.onload = () => {
      const { status, responseText: text } = request;
      end(() => resolve({ status, retryAfter: status < 400 ? null : request.getResponseHeader('retry-after'), text }));
    };
    request.onerror = () => end(() => reject(unanswered('the connection was lost')));
    signal.addEventListener('abort', stop, { once: true });
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) {
      if (!OF_THE_BROWSER.includes(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    wait();
    request.send(blob);
  });
