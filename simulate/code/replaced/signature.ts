// In the place of `lambdas/platform/aws/signature.ts`: nobody checks signatures here, and making them is a tenth of a history's time.

const CREDENTIALS = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };

export const credentialsOfRole = (): typeof CREDENTIALS => CREDENTIALS;

/** The headers by which a request is told from others. */
export const signer =
  () =>
  (operation: string): Record<string, string> => ({ 'x-amz-target': operation });

export const requestSigner = () => (): Record<string, string> => ({});
