/**
 * Shapes of AWS's clients without the members that no code uses: an EC2 instance has sixty members, and shapes in each.
 */

/** Of responses, by the SDK's name of the shape: the members that `lib/aws/` reads. */
const readMembers: Readonly<Record<string, readonly string[]>> = {
  // lib/aws/ec2.ts
  Instance$: ['InstanceId', 'State', 'StateReason', 'LaunchTime', 'PrivateIpAddress', 'Tags'],
  Reservation$: ['Instances'],
  StartInstancesResult$: [],
  StopInstancesResult$: [],
  TerminateInstancesResult$: [],
  Volume$: ['VolumeId', 'State'],
  // lib/aws/ssm.ts
  Command$: ['CommandId'],
  CommandInvocation$: ['InstanceId', 'RequestedDateTime', 'Status', 'StatusDetails', 'CommandPlugins'],
  CommandPlugin$: ['ResponseCode', 'ResponseFinishDateTime', 'Output'],
  // lib/aws/backup-transfers.ts, backups.ts, checkpoints.ts
  CompleteMultipartUploadOutput$: [],
  CreateMultipartUploadOutput$: ['UploadId'],
  DeleteObjectOutput$: [],
  GetObjectOutput$: ['Body'],
  ListMultipartUploadsOutput$: ['Uploads'],
  ListPartsOutput$: ['Parts'],
  MultipartUpload$: ['UploadId', 'Key', 'Initiated'],
  Part$: ['PartNumber', 'ETag'],
  PutObjectOutput$: [],
  // lib/aws/ecs.ts
  UpdateServiceResponse$: [],
};

/**
 * Of requests: the members that `lib/aws/` sends. Any other would be left out of the request without an error;
 * `test/integration/deploy/slim-clients.test.ts` compares requests with those of complete clients.
 */
const sentMembers: Readonly<Record<string, readonly string[]>> = {
  // lib/aws/ec2.ts
  BlockDeviceMapping$: ['DeviceName', 'Ebs'],
  DescribeInstancesRequest$: ['Filters', 'NextToken'],
  DescribeVolumesRequest$: ['Filters'],
  EbsBlockDevice$: ['Encrypted', 'KmsKeyId', 'VolumeType', 'DeleteOnTermination', 'VolumeSize'],
  InstanceNetworkInterfaceSpecification$: ['DeviceIndex', 'SubnetId', 'Groups', 'AssociatePublicIpAddress'],
  RunInstancesRequest$: [
    ...['MinCount', 'MaxCount', 'ClientToken', 'ImageId', 'InstanceType', 'NetworkInterfaces', 'IamInstanceProfile'],
    ...['MetadataOptions', 'BlockDeviceMappings', 'InstanceInitiatedShutdownBehavior', 'UserData', 'TagSpecifications'],
  ],
  // lib/aws/ssm.ts
  ListCommandInvocationsRequest$: ['CommandId', 'NextToken', 'Details'],
  SendCommandRequest$: [
    ...['DocumentName', 'InstanceIds', 'TimeoutSeconds', 'Comment', 'Parameters', 'MaxConcurrency'],
    'MaxErrors',
  ],
  // lib/aws/backup-transfers.ts, backups.ts, checkpoints.ts; the client itself sets the mode of checksums.
  CompleteMultipartUploadRequest$: ['Bucket', 'Key', 'UploadId', 'MultipartUpload'],
  CompletedPart$: ['ETag', 'PartNumber'],
  CreateMultipartUploadRequest$: [
    ...['Bucket', 'Key', 'ServerSideEncryption', 'SSEKMSKeyId', 'SSEKMSEncryptionContext', 'BucketKeyEnabled'],
    'Metadata',
  ],
  DeleteObjectRequest$: ['Bucket', 'Key'],
  GetObjectRequest$: ['Bucket', 'Key', 'ChecksumMode'],
  ListMultipartUploadsRequest$: ['Bucket', 'Prefix'],
  ListPartsRequest$: ['Bucket', 'Key', 'UploadId'],
  PutObjectRequest$: ['Bucket', 'Key', 'Body', 'ContentType'],
  // lib/aws/ecs.ts
  UpdateServiceRequest$: ['cluster', 'service', 'forceNewDeployment'],
};

/**
 * The text of a client's schemas with fewer members. A shape is `[3, namespace, name, traits, [names], [members]]`,
 * where a name is a constant of the file; one in another form stays as it is.
 */
export function withUsedMembers(text: string, constants: ReadonlyMap<string, string>): string {
  return Object.entries({ ...readMembers, ...sentMembers }).reduce((changed, [shape, names]) => {
    const declaration = `export var ${shape} = [`;
    const start = changed.indexOf(declaration) + declaration.length;
    const end = changed.indexOf('\n];', start);
    if (start < declaration.length || end < 0) return changed;
    const items = itemsOf(changed.slice(start, end));
    const [all, members] = [items[4], items[5]].map((list = '') => itemsOf(list.trim().slice(1, -1)));
    if (!all || all.length === 0 || all.length !== members?.length) return changed;
    const kept = [...all.keys()].filter((index) =>
      names.includes(JSON.parse(constants.get(all[index]?.trim() ?? '') ?? '""')),
    );
    const lists = [all, members].map((list) => `[${kept.map((index) => list[index]).join(',')}]`);
    return `${changed.slice(0, start)}${[...items.slice(0, 4), ...lists].join(',')}${changed.slice(end)}`;
  }, text);
}

/** Splits at the commas outside brackets. */
function itemsOf(text: string): string[] {
  const items = [''];
  let depth = 0;
  for (const character of text) {
    if ('[{('.includes(character)) depth += 1;
    if (']})'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) items.push('');
    else items[items.length - 1] += character;
  }
  return items.filter((item) => item.trim() !== '');
}
