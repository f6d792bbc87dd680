import { createHash } from 'node:crypto';
import type { Client } from './client.ts';

/** Sends parts of a file as a client of the API does. */
export const partsClient = (api: Client, partSize = 8 * 2 ** 20) => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

  return {
    send: async (
      id: string,
      file: Uint8Array,
      partNumbers: readonly number[],
      { checksums = false }: { checksums?: boolean } = {},
    ): Promise<void> => {
      const chunk = (number: number) => file.subarray((number - 1) * partSize, number * partSize);
      const json = {
        partNumbers,
        ...(checksums
          ? { checksums: Object.fromEntries(partNumbers.map((number) => [number, sha256(chunk(number))])) }
          : {}),
      };
      const { status, body } = await api.call('POST', `/api/v1/uploads/${id}/parts`, { json });
      if (status !== 200) throw new Error(`parts were not signed: ${JSON.stringify(body)}`);
      for (const part of body.data.parts) {
        const stored = await api.put(part, chunk(part.partNumber));
        if (stored.status !== 200) throw new Error(`part ${part.partNumber}: ${stored.status} ${await stored.text()}`);
      }
    },
  };
};
