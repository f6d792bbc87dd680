import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive under construction; what is left out is told truly. */
export interface Part {
  readonly name: string;
  readonly data: Buffer | string;
  /** Deflates instead of storing. */
  readonly deflate?: boolean;
  /** What the directory claims to be the unpacked size. */
  readonly claim?: number;
  readonly encrypted?: boolean;
  readonly crc?: number;
}

const field = (value: number, bytes: 2 | 4): Buffer => {
  const out = Buffer.alloc(bytes);
  out.writeUIntLE(value, 0, bytes);
  return out;
};

/** A ZIP archive, honest unless a part says otherwise. */
export const zip = (parts: readonly Part[] | Readonly<Record<string, string>>): Buffer => {
  const list = Array.isArray(parts)
    ? (parts as readonly Part[])
    : Object.entries(parts as Readonly<Record<string, string>>).map(([name, data]): Part => ({ name, data }));
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, deflate = false, claim, encrypted = false, crc } of list) {
    const plain = Buffer.from(data);
    const packed = deflate ? deflateRawSync(plain, { level: 9 }) : plain;
    const shared = Buffer.concat([
      field(20, 2),
      field(encrypted ? 1 : 0, 2),
      field(deflate ? 8 : 0, 2),
      field(0, 4),
      field(crc ?? crc32(plain), 4),
      field(packed.length, 4),
      field(claim ?? plain.length, 4),
      field(Buffer.byteLength(name), 2),
      field(0, 2),
    ]);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), packed]);
    central.push(
      Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
      shared,
      Buffer.alloc(10),
      field(offset, 4),
      Buffer.from(name),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.concat([
    Buffer.from('PK\x05\x06', 'latin1'),
    Buffer.alloc(4),
    field(list.length, 2),
    field(list.length, 2),
    field(directory.length, 4),
    field(offset, 4),
    field(0, 2),
  ]);
  return Buffer.concat([...locals, directory, end]);
};

/** Another archive whose entries all name the bytes of the first one. */
export const overlapping = (entries: number): Buffer => {
  const one = zip([{ name: 'a', data: Buffer.alloc(2 ** 20), deflate: true }]);
  const directoryAt = one.readUInt32LE(one.length - 6);
  const directory = one.subarray(directoryAt, one.length - 22);
  const end = Buffer.from(one.subarray(one.length - 22));
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directory.length * entries, 12);
  return Buffer.concat([one.subarray(0, directoryAt), ...Array.from({ length: entries }, () => directory), end]);
};
