/**
 * A receiver to copy: `npx cdk deploy --app 'node app.ts'`. Then make a target of `Url`, with the secret in `Secret`.
 * See docs/serverless-receiver.md.
 */
import { fileURLToPath } from 'node:url';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
// In a project of your own: from 'posthorn'.
import { WebhookReceiver } from '../../lib/posthorn.ts';

const app = new App();
const stack = new Stack(app, 'ShopWebhooks', { description: 'Passes webhooks on to the shop, each once' });

const receiver = new WebhookReceiver(stack, 'Receiver', {
  handler: {
    entry: fileURLToPath(new URL('handler.ts', import.meta.url)),
    environment: { SHOP_URL: process.env.SHOP_URL ?? 'https://shop.example.com/orders' },
  },
});
receiver.addAlarms();

new CfnOutput(stack, 'Url', { value: receiver.url });
new CfnOutput(stack, 'Secret', { value: receiver.secret.secretArn });
