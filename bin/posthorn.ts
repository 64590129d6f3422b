import { App } from 'aws-cdk-lib';
import { awsSettingsOf } from '../lib/config.ts';
import { PosthornEnvironment } from '../lib/environment.ts';

const app = new App({ analyticsReporting: false });
const name: unknown = app.node.tryGetContext('env');
if (typeof name !== 'string') throw new Error('expected an environment, such as -c env=dev');
new PosthornEnvironment(app, name, awsSettingsOf(name));
