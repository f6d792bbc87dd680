import { typesNamed } from '../../functions/domain/media-types.ts';
import type { Settings } from '../../functions/domain/settings.ts';
import { contextOverrides, merge, type Tree, withoutNulls } from './context-overrides.ts';
import { type MediashelfSettings, type SettingsInput, SettingsSchema } from './schema.ts';
import { SettingsError } from './settings-error.ts';
import { withTextLists } from './text-lists.ts';

/** Types the settings in `mediashelf.config.ts` for the editor; `parseSettings` checks the values. */
export const defineSettings = (settings: SettingsInput): SettingsInput => settings;

/** Context by which the local runtime says that it synthesizes for a laptop. */
export const LOCAL_RUN = 'mediashelf:local';
/** Other defaults on a laptop. The file and the context override them. */
const LOCAL_DEFAULTS = { guests: { enabled: true }, mail: { from: 'mediashelf@localhost.localdomain' } };

/**
 * Merges CDK context (`-c limits.image="25 MB"`) into the file's settings and checks the whole. Throws one error that names
 * every wrong key and the allowed values.
 */
export const parseSettings = (
  file: SettingsInput,
  context: Readonly<Record<string, unknown>> = {},
): MediashelfSettings => {
  const defaults = context[LOCAL_RUN] === true ? LOCAL_DEFAULTS : {};
  const overrides = withTextLists(SettingsSchema, contextOverrides(context));
  const parsed = SettingsSchema.safeParse(
    withoutMail(withoutEdge(merge(defaults, withoutNulls(merge(file, overrides))), context[LOCAL_RUN] === true)),
  );
  if (parsed.success) return withRoom(reachingScanner(parsed.data, context[LOCAL_RUN] === true));
  const lines = parsed.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [`  ${issue.path.join('.') || 'settings'}: ${issue.message}`];
    const known = knownKeys(issue.path).join(', ');
    return issue.keys.map(
      (key) => `  ${[...issue.path, key].join('.')}: there is no such setting; allowed are ${known}`,
    );
  });
  throw new SettingsError(lines);
};

/** `edge: false` is the setting left out. On a laptop the edge has no name of its own, no web ACL and no logs. */
const withoutEdge = ({ edge, ...others }: Tree, locally: boolean): Tree => {
  if (edge === undefined || edge === false) return others;
  if (!locally || typeof edge !== 'object' || edge === null) return { ...others, edge };
  const { domain: _, certificateArn: __, webAclArn: ___, logs: ____, ...rest } = edge as Tree;
  return { ...others, edge: rest };
};

/** `mail: false` is the setting left out. */
const withoutMail = ({ mail, ...others }: Tree): Tree =>
  mail === undefined || mail === false ? others : { ...others, mail };

/** A scanner that a function cannot reach would keep uploads waiting. */
const reachingScanner = (settings: MediashelfSettings, locally: boolean): MediashelfSettings => {
  const fault = settings.malwareScanner === 'clamd' && wayToClamd(settings, locally);
  if (fault) throw new SettingsError([`  ${fault}`]);
  return settings;
};

/** The fault of the daemon's settings, if there is one. */
const wayToClamd = ({ clamd, uploadGateway }: MediashelfSettings, locally: boolean): string | undefined => {
  if (!clamd) return 'clamd.host: the malware scanner clamd needs the host of its daemon';
  const [subnets, groups] = [clamd.subnetIds.length, clamd.securityGroupIds.length];
  if (subnets > 0 && groups === 0)
    return 'clamd.securityGroupIds: functions in clamd.subnetIds need at least one security group';
  if (groups > 0 && subnets === 0)
    return 'clamd.subnetIds: clamd.securityGroupIds belong to functions in subnets; name those, or no groups';
  // Its protocol has neither encryption nor a sign-in.
  if (subnets === 0 && !locally)
    return 'clamd.subnetIds: without subnets, files would go to the daemon in clear over the internet; name private subnets that reach it';
  if (subnets > 0 && uploadGateway)
    return 'uploadGateway: has a network of its own and would not reach a daemon in clamd.subnetIds; leave out one of the two';
  return undefined;
};

/** Lambda takes 4 KB of variables for a function; other grants need the rest. */
const SETTINGS_BYTES = 3072;

/** Refuses settings whose text does not fit beside the other variables of a function: Lambda would, in the middle of a deployment. */
const withRoom = (settings: MediashelfSettings): MediashelfSettings => {
  const bytes = Buffer.byteLength(settingsText(settings));
  if (bytes <= SETTINGS_BYTES) return settings;
  throw new SettingsError([
    `  allowedOrigins: with types and the rest, what functions are told of the settings has ${bytes} bytes, and allowed are ${SETTINGS_BYTES}; name fewer or shorter origins`,
  ]);
};

const knownKeys = (path: readonly PropertyKey[]): readonly string[] => {
  const { domain, edge, uploadGateway, limits, rateLimits, realtime, guests, clamd, mail } = SettingsSchema.shape;
  if (path[0] === 'domain') return Object.keys(domain.unwrap().shape);
  if (path[0] === 'edge') return Object.keys(edge.unwrap().shape);
  if (path[0] === 'uploadGateway') return Object.keys(uploadGateway.unwrap().shape);
  if (path[0] === 'mail') return Object.keys(mail.unwrap().shape);
  if (path[0] === 'clamd') return Object.keys(clamd.unwrap().shape);
  if (path[0] === 'limits') return Object.keys(limits.unwrap().shape);
  if (path[0] === 'rateLimits') return Object.keys(rateLimits.unwrap().shape);
  if (path[0] === 'realtime') return Object.keys(realtime.unwrap().shape);
  if (path[0] === 'guests') return Object.keys(guests.unwrap().shape);
  return Object.keys(SettingsSchema.shape);
};

/** The part of the settings that functions read at run time, in the shape that the domain defines. */
export const functionSettings = (settings: MediashelfSettings): Settings => ({
  types: typesNamed(settings.types),
  limits: settings.limits,
  formBytes: settings.largestForm,
  quotaBytes: settings.quotaPerTeam,
  quotaRecords: settings.recordsPerTeam,
  teamsPerPerson: settings.teamsPerPerson,
  retentionDays: settings.retentionDays,
  defaultVisibility: settings.defaultVisibility,
  uploadMinutes: settings.uploadMinutes,
  openUploads: settings.openUploads,
  uploadsEnabled: settings.uploadsEnabled,
  fillFromMetadata: settings.fillFromMetadata,
  allowedOrigins: settings.allowedOrigins,
  guests: {
    quotaBytes: settings.guests.quota,
    quotaRecords: settings.guests.records,
    hours: settings.guests.enabled ? settings.guests.hours : 0,
    perAddressPerHour: settings.guests.perAddressPerHour,
  },
  rateLimits: settings.rateLimits,
  realtime: settings.realtime,
  webhooksToLoopback: settings.webhooksToLoopback,
  text: { languages: settings.ocrLanguages, onUpload: settings.extractText === 'onUpload' },
});

/** The same as text for a variable of 4 KB that others share: types by their names, which functions look up. */
export const settingsText = (settings: MediashelfSettings): string =>
  JSON.stringify({ ...functionSettings(settings), types: settings.types });
