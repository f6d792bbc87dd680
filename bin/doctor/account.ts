import { GetParameterCommand, type ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Check, type Finding, looking } from './finding.ts';

/** The account and region that a deployment would go to. */
export interface Target {
  readonly account: string;
  readonly region: string;
}

/** The region, as the SDK finds it: in the environment, or in the profile. */
export const findRegion = async (): Promise<{ readonly finding: Finding; readonly region?: string }> => {
  const about = 'region';
  try {
    const region = await new STSClient({}).config.region();
    return { region, finding: { about, state: 'ok', found: region } };
  } catch {
    const advice = 'set AWS_REGION, or a region in the profile: `aws configure set region eu-west-1`';
    return { finding: { about, state: 'fails', found: 'none is set', advice } };
  }
};

/** The account that the credentials belong to. */
export const findAccount = async (
  region: string,
): Promise<{ readonly finding: Finding; readonly account?: string }> => {
  const about = 'credentials';
  try {
    const { Account, Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error('AWS names no account');
    return { account: Account, finding: { about, state: 'ok', found: `account ${Account}, ${Arn}` } };
  } catch (error) {
    const advice = 'sign in (`aws sso login`, or `aws configure`), and name the profile by AWS_PROFILE';
    return { finding: { about, state: 'fails', found: (error as Error).message, advice } };
  }
};

/** The version of the bootstrap stack that assets of this CDK need. */
const BOOTSTRAP_VERSION = 6;

/** Whether `cdk bootstrap` was run for this account and region. */
export const bootstrap = ({ account, region }: Target, qualifier: string): Check =>
  looking('bootstrap', 'ssm:GetParameter', async () => {
    const advice = `npx cdk bootstrap aws://${account}/${region}`;
    const name = `/cdk-bootstrap/${qualifier}/version`;
    try {
      const { Parameter } = await new SSMClient({ region }).send(new GetParameterCommand({ Name: name }));
      const version = Number(Parameter?.Value);
      const found = `version ${version} of the bootstrap stack`;
      if (version >= BOOTSTRAP_VERSION) return { state: 'ok', found };
      return { state: 'fails', found: `${found}, ${BOOTSTRAP_VERSION} is needed`, advice };
    } catch (error) {
      if ((error as ParameterNotFound).name !== 'ParameterNotFound') throw error;
      return { state: 'fails', found: `${account} is not bootstrapped in ${region}`, advice };
    }
  });
