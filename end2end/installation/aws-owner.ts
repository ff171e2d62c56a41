// The owner of a key at AWS KMS, at the emulator that end2end/kms/serve.sh started: makes keys,
// switches them off and on.
export class AwsOwner {
  readonly address: string;

  constructor() {
    const address = process.env['KMS_LOCALSTACK_URL'];
    if (!address) throw new Error('KMS_LOCALSTACK_URL is not set: start the tests with end2end/run.sh');
    this.address = address;
  }

  /** ARN of a new key. */
  async newKey(): Promise<string> {
    const made = await this.ask('CreateKey', { KeyUsage: 'ENCRYPT_DECRYPT' });
    return (made['KeyMetadata'] as { Arn: string }).Arn;
  }

  async disable(key: string): Promise<void> {
    await this.ask('DisableKey', { KeyId: key });
  }

  async enable(key: string): Promise<void> {
    await this.ask('EnableKey', { KeyId: key });
  }

  private async ask(operation: string, request: object): Promise<Record<string, unknown>> {
    const answer = await fetch(this.address, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=owner/20260101/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(request),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${operation}: ${text}`);
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  }
}
