import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keptPorts } from '../../../local/kept-ports.ts';
import { listenOn } from '../../../local/loopback.ts';
import { memoryFolder } from '../../support/drivers/memory-folder.ts';

let folder: string;
beforeEach(() => {
  folder = memoryFolder('kept-ports-');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the ports of a data folder', () => {
  it('are those of the run before', () => {
    expect(keptPorts(folder).port('s3')).toBe(0);
    keptPorts(folder).keep({ s3: 'http://127.0.0.1:4321', aws: 'http://127.0.0.1:4322' });
    const ports = keptPorts(folder);
    expect([ports.port('s3'), ports.port('aws'), ports.port('another')]).toEqual([4321, 4322, 0]);
  });

  it.each(['', 'null', '{"s3":"x"}', '{"s3":70000}', '[1]'])('are drawn anew when they cannot be read: %s', (text) => {
    writeFileSync(join(folder, 'ports.json'), text);
    expect(keptPorts(folder).port('s3')).toBe(0);
  });
});

describe('a server with a port of a run before', () => {
  it('takes it when it is free, and another one when it is not', async () => {
    const first = createServer();
    const port = await listenOn(first, 0);
    const second = createServer();
    const other = await listenOn(second, port);
    expect(other).not.toBe(port);
    first.close();
    await once(first, 'close');
    const third = createServer();
    expect(await listenOn(third, port)).toBe(port);
    expect((third.address() as AddressInfo).address).toBe('127.0.0.1');
    for (const server of [second, third]) server.close();
  });
});
