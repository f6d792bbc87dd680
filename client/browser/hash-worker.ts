/** The worker that hashes: the page stays responsive while a film is read. */
import { hashBlob } from './hash-blob.ts';
import type { HashReply, HashRequest } from './hash-protocol.ts';

const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<HashRequest>) => void;
  postMessage: (reply: HashReply) => void;
};

port.onmessage = ({ data: { id, blob } }) => {
  hashBlob(blob, (read) => port.postMessage({ id, read })).then(
    (digest) => port.postMessage({ id, digest }),
    (error: unknown) => port.postMessage({ id, fault: String(error) }),
  );
};
