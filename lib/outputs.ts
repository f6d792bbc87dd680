/** Addresses and names of a library, for its clients and operators. */
export interface MediashelfOutputs {
  readonly HttpApiUrl: string;
  readonly WebSocketUrl: string;
  readonly TableName: string;
  readonly BucketName: string;
  readonly AuthSecretArn: string;
  readonly CreateOwnerFunctionName: string;
  readonly ManagePeopleFunctionName: string;
  readonly SweepFunctionName: string;
  readonly RebuildIndexFunctionName: string;
  readonly RereadMetadataFunctionName: string;
  readonly RecountFunctionName: string;
  readonly MigrateFunctionName: string;
  readonly ProcessingQueueUrl: string;
  /** With an edge: the address of the API behind it. */
  readonly OriginApiUrl?: string;
}
