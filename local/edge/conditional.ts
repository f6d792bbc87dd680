import type { WholeAnswer } from './cache.ts';

const RANGE = /^bytes=(\d*)-(\d*)$/;

/** The part of a body that a header asks for; undefined for the whole of it, also for several parts, `none` if there is no such part. */
const partOf = (range: string | undefined, size: number): { start: number; end: number } | 'none' | undefined => {
  const [, from = '', to = ''] = RANGE.exec(range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < start) return undefined;
  return start > end ? 'none' : { start, end };
};

/** `If-Range` names the answer that a client has a part of: of any other it wants the whole. */
const isSame = (ifRange: string | undefined, etag: unknown): boolean =>
  ifRange === undefined || (etag === ifRange && !ifRange.startsWith('W/'));

/** Answers from a whole answer what a viewer asked for: nothing new, a part, or all of it. */
export const answerFrom = (
  answer: WholeAnswer,
  asked: {
    readonly ifNoneMatch: string | undefined;
    readonly range: string | undefined;
    readonly ifRange?: string | undefined;
  },
): WholeAnswer => {
  if (answer.status !== 200) return answer;
  const etag = answer.headers.etag;
  const known = (asked.ifNoneMatch ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (etag !== undefined && (known.includes(String(etag).replace(/^W\//, '')) || known.includes('*'))) {
    const { 'content-length': _, 'content-type': __, ...headers } = answer.headers;
    return { status: 304, headers, body: Buffer.alloc(0) };
  }
  const part = isSame(asked.ifRange, etag) ? partOf(asked.range, answer.body.length) : undefined;
  if (part === undefined) return answer;
  const size = answer.body.length;
  if (part === 'none') return { status: 416, headers: { 'content-range': `bytes */${size}` }, body: Buffer.alloc(0) };
  const body = answer.body.subarray(part.start, part.end + 1);
  return {
    status: 206,
    headers: {
      ...answer.headers,
      'content-range': `bytes ${part.start}-${part.end}/${size}`,
      'content-length': String(body.length),
    },
    body,
  };
};
