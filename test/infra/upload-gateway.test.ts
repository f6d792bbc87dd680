import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ANSWER_SECONDS } from '../../functions/gateway/answer-seconds.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { flat, ofType, permissionsOf, roleOf, type Synthesized, synthesize, theOnly } from './synthesized.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';

describe('the upload gateway of the stack', () => {
  let on: Synthesized;
  beforeAll(async () => {
    on = await synthesize({ settings: { uploadGateway: { name: 'uploads.example.com', certificateArn } } });
  });
  const container = () => theOnly(on, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0];

  it('is there when the settings name it, and costs nothing otherwise', async () => {
    const off = await synthesize();
    expect(Object.values(off.resources).filter(({ Type }) => /^AWS::(EC2|ECS|Elastic)/.test(Type))).toEqual([]);
    expect(flat(on.outputs.UploadGatewayUrl?.Value)).toBe('https://uploads.example.com');
  });

  it('may do exactly what the function may do that it stands in for, and hand on what is too large for a call', () => {
    const { TaskRoleArn } = theOnly(on, 'AWS::ECS::TaskDefinition').Properties;
    const role = on.resources[TaskRoleArn['Fn::GetAtt'][0]];
    const ofFunction = permissionsOf(roleOf(on, 'upload-media')).filter((each) => !each.startsWith('logs:'));
    const staging = ['PutObject', 'DeleteObject'].map((action) => `s3:${action} <MediaBucketMedia.Arn>/forms/*`);
    expect(role && permissionsOf(role)).toEqual([...ofFunction, ...staging].sort());
  });

  it('is reached over TLS alone, and its tasks by the load balancer alone', () => {
    const listener = theOnly(on, 'AWS::ElasticLoadBalancingV2::Listener').Properties;
    expect(listener).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificateArn }],
    });
    const open = ofType(on, 'AWS::EC2::SecurityGroup').flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    );
    expect(open.map(({ CidrIp, FromPort, ToPort }) => [CidrIp, FromPort, ToPort])).toEqual([['0.0.0.0/0', 443, 443]]);
    const [inward, ...more] = ofType(on, 'AWS::EC2::SecurityGroupIngress');
    expect(more).toEqual([]);
    expect(inward?.Properties).toMatchObject({ FromPort: 8080, ToPort: 8080 });
    expect(inward?.Properties.SourceSecurityGroupId).toBeDefined();
  });

  /** The folder that the image is built from. */
  const built = (): string => join(on.outdir, `asset.${String(container().Image['Fn::Sub']).split(':').at(-1)}`);

  it('is built from the program and a Dockerfile, and installs no package', () => {
    expect(readdirSync(built())).toEqual(expect.arrayContaining(['Dockerfile', 'index.mjs']));
    expect(readFileSync(join(built(), 'Dockerfile'), 'utf8')).not.toContain('npm');
    expect(readFileSync(join(built(), 'Dockerfile'), 'utf8')).toMatch(
      /^ARG BASE_IMAGE=\S+:24\.\d+\.\d+-\S+\nFROM \$\{BASE_IMAGE\}$/m,
    );
  });

  it('is made without emulation on any machine: nothing runs in the image for ARM while it is made', () => {
    expect(readFileSync(join(built(), 'Dockerfile'), 'utf8')).not.toMatch(/^RUN/m);
    expect(theOnly(on, 'AWS::ECS::TaskDefinition').Properties.RuntimePlatform.CpuArchitecture).toBe('ARM64');
  });

  it('keeps the number of tasks that it was scaled to when it is deployed anew', () => {
    expect(theOnly(on, 'AWS::ECS::Service').Properties.DesiredCount).toBeUndefined();
  });

  it('runs in the zones of the settings, where the first two of the region have no Fargate', async () => {
    const zones = ['us-east-1b', 'us-east-1d'];
    const settings = { uploadGateway: { name: 'uploads.example.com', certificateArn, zones } };
    const subnets = ofType(await synthesize({ settings }), 'AWS::EC2::Subnet');
    expect(subnets.map(({ Properties }) => Properties.AvailabilityZone)).toEqual(zones);
    const one = { uploadGateway: { ...settings.uploadGateway, zones: ['us-east-1b'] } };
    expect(() => parseSettings(one)).toThrow('exactly two zones');
  });

  it('is built on the image that the settings name by its digest, and on none that is named by a tag alone', async () => {
    const buildArguments = ({ outdir }: Synthesized): readonly unknown[] =>
      Object.values(
        JSON.parse(readFileSync(join(outdir, 'Mediashelf.assets.json'), 'utf8')).dockerImages as Record<
          string,
          { source: { dockerBuildArgs?: unknown } }
        >,
      ).map(({ source }) => source.dockerBuildArgs);
    const baseImage = `public.ecr.aws/docker/library/node:24.21.0-trixie-slim@sha256:${'0a'.repeat(32)}`;
    const named = { name: 'uploads.example.com', certificateArn, baseImage };
    expect(buildArguments(on)).toEqual([undefined]);
    expect(buildArguments(await synthesize({ settings: { uploadGateway: named } }))).toEqual([
      { BASE_IMAGE: baseImage },
    ]);
    for (const loose of [
      'node:24',
      'node:24.21.0-trixie-slim',
      `node@sha256:${'0'.repeat(63)}`,
      `a b@sha256:${'0'.repeat(64)}`,
    ])
      expect(() => parseSettings({ uploadGateway: { ...named, baseImage: loose } })).toThrow('uploadGateway.baseImage');
  });

  it('has every file of that folder in its image, and no decoder', () => {
    const dockerfile = readFileSync(join(built(), 'Dockerfile'), 'utf8');
    const patterns = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    const files = readdirSync(built()).filter((name) => name !== 'Dockerfile');
    expect(patterns.length).toBeGreaterThan(0);
    expect(files.filter((name) => !/^[\w-]+\.mjs$/.test(name) || name.includes('sandbox'))).toEqual([]);
    expect(files.filter((name) => !patterns.some((pattern) => matchesGlob(name, pattern)))).toEqual([]);
  });

  it('lets a client wait for its answer as long as the program does', () => {
    const { LoadBalancerAttributes } = theOnly(on, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
    const timeout = { Key: 'idle_timeout.timeout_seconds', Value: String(ANSWER_SECONDS) };
    expect(LoadBalancerAttributes).toContainEqual(timeout);
  });

  it('logs the traffic that was refused, for as long as the settings keep logs, and leaves none of its logs behind', async () => {
    expect(theOnly(on, 'AWS::EC2::FlowLog').Properties.TrafficType).toBe('REJECT');
    const week = await synthesize({
      settings: { uploadGateway: { name: 'uploads.example.com', certificateArn }, logRetentionDays: 7 },
    });
    const group = week.resources[theOnly(week, 'AWS::EC2::FlowLog').Properties.LogGroupName.Ref];
    expect(group?.Properties.RetentionInDays).toBe(7);
    for (const { Properties, DeletionPolicy } of ofType(week, 'AWS::Logs::LogGroup')) {
      expect([Properties.RetentionInDays, DeletionPolicy]).toEqual([7, 'Delete']);
    }
  });

  it('has more tasks by how much they work and by how many requests they take', () => {
    const policies = ofType(on, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ({ Properties }) => Properties.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification,
    );
    expect(policies.map(({ PredefinedMetricType }) => PredefinedMetricType).sort()).toEqual([
      'ALBRequestCountPerTarget',
      'ECSServiceAverageCPUUtilization',
    ]);
  });

  it('keeps a form on a disk with room for many', () => {
    expect(theOnly(on, 'AWS::ECS::TaskDefinition').Properties.EphemeralStorage.SizeInGiB).toBeGreaterThanOrEqual(20);
  });

  it('refuses a setting without a certificate', async () => {
    const settings = { uploadGateway: { name: 'uploads.example.com' } } as never;
    await expect(synthesize({ settings })).rejects.toThrow('uploadGateway.certificateArn');
  });
});
