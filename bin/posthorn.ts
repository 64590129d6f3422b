import { App } from 'aws-cdk-lib';
import { PosthornEnvironment } from '../lib/environment.ts';
import { awsSettingsOf } from '../lib/settings/config.ts';

const app = new App({ analyticsReporting: false });
const name: unknown = app.node.tryGetContext('env');
if (typeof name !== 'string') throw new Error('expected an environment, such as -c env=dev');
new PosthornEnvironment(app, name, awsSettingsOf(name));
