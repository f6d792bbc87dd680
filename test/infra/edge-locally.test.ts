import { generateKeyPairSync } from 'node:crypto';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CfnCachePolicy,
  CfnDistribution,
  type CfnFunction,
  CfnKeyGroup,
  CfnOriginAccessControl,
  CfnPublicKey,
} from 'aws-cdk-lib/aws-cloudfront';
import { App, Stack } from 'aws-cdk-lib/core';
import { behaviours, ORIGINS } from '../../lib/edge/edge-behaviours.ts';
import { EdgeFunctions } from '../../lib/edge/edge-functions.ts';
import { EdgePolicies } from '../../lib/edge/edge-policies.ts';
import { readEdge } from '../../local/template/edge.ts';
import { resolveStack } from '../../local/template/stack.ts';
import { startSmallEdge } from '../support/drivers/small-edge.ts';
import { freshFolder } from './synthesized.ts';

const newKey = () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    encodedKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
};
const KEYS = { first: newKey(), second: newKey() };

/** What a change of the CDK code may touch. */
interface Parts {
  readonly policies: EdgePolicies;
  readonly functions: EdgeFunctions;
  readonly group: CfnKeyGroup;
  readonly keys: Readonly<Record<keyof typeof KEYS, CfnPublicKey>>;
  readonly others: CfnDistribution.CacheBehaviorProperty[];
}

/** Synthesizes the distribution from the project's own constructs, once with a change, and reads it as the local runtime does. */
const edgeOf = (change: (parts: Parts) => void = () => {}) => {
  const app = new App({ outdir: freshFolder() });
  const stack = new Stack(app, 'Edge');
  const key = (name: keyof typeof KEYS) =>
    new CfnPublicKey(stack, name, {
      publicKeyConfig: { name, callerReference: name, encodedKey: KEYS[name].encodedKey },
    });
  const keys = { first: key('first'), second: key('second') };
  const group = new CfnKeyGroup(stack, 'Group', { keyGroupConfig: { name: 'group', items: [keys.first.ref] } });
  const [functions, policies] = [new EdgeFunctions(stack, 'Functions'), new EdgePolicies(stack, 'Policies')];
  const access = new CfnOriginAccessControl(stack, 'Access', {
    originAccessControlConfig: {
      ...{ name: 'access', originAccessControlOriginType: 's3', signingBehavior: 'always', signingProtocol: 'sigv4' },
    },
  });
  const { defaultBehaviour, others } = behaviours({ functions, policies, keyGroupId: group.ref });
  change({ policies, functions, group, keys, others });
  new CfnDistribution(stack, 'Distribution', {
    distributionConfig: {
      enabled: true,
      origins: Object.values(ORIGINS).map((id) => ({
        ...{ id, domainName: `${id}.example` },
        ...(id === 'bucket'
          ? { originAccessControlId: access.ref, s3OriginConfig: {} }
          : { customOriginConfig: { originProtocolPolicy: 'https-only' } }),
      })),
      defaultCacheBehavior: defaultBehaviour,
      cacheBehaviors: others,
    },
  });
  const resolved = resolveStack('Edge', app.synth().getStackByName('Edge').template);
  const spec = readEdge(resolved);
  if (!spec) throw new Error('The stack has no distribution.');
  const ids = new Map(resolved.ofType('AWS::CloudFront::PublicKey').map(({ logicalId, ref }) => [logicalId, ref]));
  return { spec, ids };
};

type SmallEdge = Awaited<ReturnType<typeof startSmallEdge>> & { readonly ids: ReadonlyMap<string, string> };
const started: SmallEdge[] = [];
afterEach(async () => {
  for (const edge of started.splice(0)) await edge.stop();
});
const start = async (change?: (parts: Parts) => void): Promise<SmallEdge> => {
  const { spec, ids } = edgeOf(change);
  const edge = await startSmallEdge(spec, () => ({ headers: { 'cache-control': 's-maxage=3600' } }));
  started.push({ ...edge, ids });
  return { ...edge, ids };
};
const found = async (edge: SmallEdge, path: string) => String((await edge.send(path)).headers['x-cache']).split(' ')[0];

describe('the local edge follows the CDK code without a change of its own', () => {
  it('in how long it keeps an answer', async () => {
    const shorter = await start(({ policies }) =>
      (policies.node.findChild('Cache.media') as CfnCachePolicy).addPropertyOverride('CachePolicyConfig.MaxTTL', 5),
    );
    for (const [edge, after] of [
      [await start(), 'Hit'],
      [shorter, 'Miss'],
    ] as const) {
      expect(await found(edge, '/m/1/a.jpg')).toBe('Miss');
      edge.pass(4);
      expect(await found(edge, '/m/1/a.jpg')).toBe('Hit');
      edge.pass(50);
      expect(await found(edge, '/m/1/a.jpg')).toBe(after);
    }
  });

  it('in the order of behaviours', async () => {
    const unkept = ({ others }: Parts) => ({
      ...(others[0] as CfnDistribution.CacheBehaviorProperty),
      pathPattern: '/m/1/*',
    });
    const before = await start((parts) => parts.others.unshift(unkept(parts)));
    const behind = await start((parts) => parts.others.push(unkept(parts)));
    for (const [edge, second] of [
      [before, 'Miss'],
      [behind, 'Hit'],
    ] as const) {
      expect(await found(edge, '/m/1/a.jpg')).toBe('Miss');
      expect(await found(edge, '/m/1/a.jpg')).toBe(second);
    }
  });

  it('in its programs', async () => {
    const code =
      "function handler(event) { event.request.uri = '/elsewhere'; event.request.querystring = {}; return event.request; }";
    const changed = await start(({ functions }) => {
      (functions.node.findChild('media') as CfnFunction).functionCode = code;
    });
    const usual = await start();
    for (const edge of [usual, changed]) await edge.send('/m/1/a.jpg?w=0200&h=100');
    expect(usual.calls.map(({ path }) => path)).toEqual(['/m/1/a.jpg?t=h:100,w:200&f=jpeg']);
    expect(changed.calls.map(({ path }) => path)).toEqual(['/elsewhere']);
  });

  it('in the keys that open addresses', async () => {
    const second = await start(({ group, keys }) => {
      group.keyGroupConfig = { name: 'group', items: [keys.second.ref] };
    });
    const statuses = async (edge: SmallEdge) => {
      const signed = async (name: keyof typeof KEYS) => {
        const { privateKey } = KEYS[name];
        const url = `${edge.url}/o/team/media/version/small`;
        const address = getSignedUrl({
          url,
          privateKey,
          keyPairId: edge.ids.get(name) ?? '',
          dateLessThan: new Date(Date.now() + 60_000),
        });
        return (await edge.send(address.slice(edge.url.length))).status;
      };
      return [await signed('first'), await signed('second')];
    };
    expect(await statuses(await start())).toEqual([200, 403]);
    expect(await statuses(second)).toEqual([403, 200]);
  });
});
