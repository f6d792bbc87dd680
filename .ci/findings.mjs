/** Ends with 1 when a synthesis left findings of CDK's own validation or of cdk-nag: `node findings.mjs CDK_OUT`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { pluginReports } = JSON.parse(readFileSync(join(process.argv[2], 'validation-report.json'), 'utf8'));
if (!Array.isArray(pluginReports)) throw new Error('The validation report has no list of findings');
if (pluginReports.length > 0) {
  console.error(JSON.stringify(pluginReports, null, 2));
  process.exitCode = 1;
}
