import * as z from 'zod/mini';
import { RENDITION_BOX, type RenditionName } from '../../domain/media.ts';
import {
  TRANSFORM_NAMES,
  TRANSFORM_PARAMETERS,
  type TransformParameter,
  type TransformRequest,
} from '../../domain/transform.ts';
import { knownTo } from '../../http/known-to.ts';
import { countedAddress } from '../../http/rate-limit.ts';
import { type Reply, type RouteParts, route } from '../../http/route.ts';
import type { GetContent, Located } from '../../media/get-content.ts';
import type { PublicPicture } from '../../media/public-picture.ts';
import { contentReply, isReadByScript } from '../common/content-reply.ts';

/** A parameter of a transform as the table of parsers takes it. */
const parameter = <Name extends TransformParameter>(name: Name) => {
  const { parse, takes } = TRANSFORM_PARAMETERS[name];
  return z.optional(z.string().check(z.refine((text) => parse(text) !== undefined, `Expected ${takes}`)));
};

const fields = {
  rendition: z.optional(z.enum(Object.keys(RENDITION_BOX) as [RenditionName, ...RenditionName[]])),
  ...(Object.fromEntries(TRANSFORM_NAMES.map((name) => [name, parameter(name)])) as Record<
    TransformParameter,
    ReturnType<typeof parameter>
  >),
};

interface Choice {
  readonly rendition?: unknown;
  readonly page?: unknown;
  readonly preview?: unknown;
}

const isOneOrTheOther = ({ rendition, page, preview, ...transform }: Choice): boolean =>
  rendition === undefined || Object.keys(transform).length === 0;
const ONE_OR_THE_OTHER = 'A rendition cannot be transformed: ask for one or the other';

const ContentQuery = z.strictObject(fields).check(z.refine(isOneOrTheOther, ONE_OR_THE_OTHER));

const LONGEST_TOKEN = 2000;

const AddressQuery = z
  .strictObject({ ...fields, preview: z.optional(z.string().check(z.maxLength(LONGEST_TOKEN))) })
  .check(
    z.refine(isOneOrTheOther, ONE_OR_THE_OTHER),
    z.refine(
      ({ preview, ...others }) => preview === undefined || Object.keys(others).length === 0,
      'The token of a preview says all of it: nothing else can be asked for',
    ),
  );

/** The transform of the parameters; undefined without any, for the file itself. */
const transformOf = (query: Partial<Record<TransformParameter, string | undefined>>): TransformRequest | undefined => {
  const given = TRANSFORM_NAMES.flatMap((name) => {
    const text = query[name];
    return text === undefined ? [] : [[name, TRANSFORM_PARAMETERS[name].parse(text)] as const];
  });
  if (given.length === 0) return undefined;
  const { rotate, ...request } = Object.fromEntries(given);
  return (rotate === undefined ? request : { ...request, rotate: Number(rotate) }) as TransformRequest;
};

interface ContentParts extends Pick<RouteParts<typeof ContentQuery, undefined>, 'path' | 'event'> {
  readonly query: z.output<typeof ContentQuery> & { readonly preview?: string | undefined };
}

const contentInput =
  (by: GetContent['by']) =>
  ({ path, query: { rendition, preview, ...query }, event }: ContentParts): GetContent => {
    const transform = transformOf(query);
    return {
      id: path.id ?? '',
      method: event.requestContext.http.method === 'HEAD' ? 'HEAD' : 'GET',
      rendition,
      transform: rendition === undefined ? transform : undefined,
      page: transform?.page,
      preview,
      accept: event.headers.accept,
      readByScript: isReadByScript(event),
      address: countedAddress(event.requestContext.http.sourceIp),
      by,
      edge: by === 'address' && event.behindEdge ? { known: knownTo(event) } : undefined,
    };
  };

/**
 * Any page may fetch such an address: every holder of it may read it, and the CORS grant allows no cookie. With the setting
 * `allowedOrigins`, API Gateway puts its own grants in the place of this one, and only those origins may; the edge puts this one
 * in the place of API Gateway's.
 */
const shareable = (found: Located | PublicPicture): Reply => {
  const { headers, ...reply } = contentReply(found);
  return { ...reply, headers: { ...headers, 'access-control-allow-origin': '*' } };
};

const VERB = { GET: 'Get', HEAD: 'Check' } as const;

/** The bytes of a record, for members. HTTP APIs take HEAD for a method like any other, so it has routes of its own. */
const contentRoute = (method: 'GET' | 'HEAD') =>
  route({
    method,
    path: '/api/v1/media/{id}/content',
    summary: `${VERB[method]} the content of a record`,
    dialect: 'v1',
    operation: 'get-content',
    access: 'media:read',
    scopeIn: 'found',
    failure: 'Failed to get content',
    query: ContentQuery,
    input: contentInput('member'),
    reply: contentReply,
  });

/** The stable address of a record's bytes. The file name in it is for people; the id decides. */
const addressRoute = (method: 'GET' | 'HEAD') =>
  route({
    method,
    path: '/m/{id}/{filename}',
    summary: `${VERB[method]} the content at a stable address`,
    dialect: 'v1',
    operation: 'get-content',
    access: 'optional',
    failure: 'Failed to get content',
    query: AddressQuery,
    input: contentInput('address'),
    reply: shareable,
  });

export const contentRoutes = [
  contentRoute('GET'),
  contentRoute('HEAD'),
  addressRoute('GET'),
  addressRoute('HEAD'),
] as const;
