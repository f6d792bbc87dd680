import { list, optionalText, record, text } from './json.ts';
import type { Stack } from './stack.ts';

/** A program of the stack that runs in a container and answers HTTP. */
export interface ContainerSpec {
  readonly name: string;
  /** Folder that its image is built from. The program is `index.mjs`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly roleLogicalId: string;
}

/** The containers of the stack, one for each task definition. */
export const readContainers = (stack: Stack): readonly ContainerSpec[] => {
  const roles = new Map(stack.ofType('AWS::IAM::Role').map((role) => [role.attribute('Arn'), role.logicalId]));
  return stack.ofType('AWS::ECS::TaskDefinition').map(({ logicalId, properties }) => {
    const [first, ...others] = list(properties.ContainerDefinitions);
    if (others.length > 0) throw new Error(`${logicalId} has several containers, and the local runtime runs one.`);
    const container = record(first, `${logicalId}.ContainerDefinitions`);
    const role = roles.get(text(properties.TaskRoleArn, `${logicalId}.TaskRoleArn`));
    if (role === undefined) throw new Error(`The role of ${logicalId} is not part of the stack.`);
    const variables = list(container.Environment).map((item) => record(item, `${logicalId}.Environment`));
    return {
      name: text(container.Name, `${logicalId}.Name`),
      folder: stack.imageFolder(text(container.Image, `${logicalId}.Image`)),
      environment: Object.fromEntries(
        variables.map(({ Name, Value }) => [text(Name, `${logicalId}.Name`), text(Value, `${logicalId}.Value`)]),
      ),
      memoryMb: Number(optionalText(properties.Memory, `${logicalId}.Memory`) ?? 512),
      roleLogicalId: role,
    };
  });
};
