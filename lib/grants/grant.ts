/** What the data plane may do with a customer's key under a database's grant. */
export const grantOperations = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DescribeKey'] as const;
