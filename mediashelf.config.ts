import { defineSettings } from './lib/settings/settings.ts';

/**
 * How this deployment of Mediashelf is set up; what is left out has the default of `lib/settings/schema.ts`.
 * A setting can also be given for one run: `npm run synth -- -c retentionDays=7 -c limits.image="25 MB"`.
 */
export default defineSettings({});
