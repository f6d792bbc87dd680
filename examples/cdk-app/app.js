import { Mediashelf } from '@mediashelf/cdk';
import { App, CfnOutput, Stack } from 'aws-cdk-lib/core';

const app = new App();
const stack = new Stack(app, 'Shop');
const media = new Mediashelf(stack, 'Media', { retentionDays: 7, limits: { image: '25 MB' } });
new CfnOutput(stack, 'MediaUrl', { value: media.outputs.HttpApiUrl });
app.synth();
