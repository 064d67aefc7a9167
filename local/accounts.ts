/** The accounts of the local cloud, and the access keys that stand for their principals. */
export {
  accessKey,
  callerOf,
  customerAccount,
  dataPlaneAccessKey,
  dataPlaneRole,
  platformAccount,
  region,
} from 'aws-local/accounts';
