/**
 * The CDK app of the laptop's environment, apart from `bin/posthorn.ts`, so that `cdk deploy` can't deploy it by
 * mistake.
 */
import { App } from 'aws-cdk-lib';
import { PosthornEnvironment } from '../lib/environment.ts';
import { LOCAL, settingsOf } from '../lib/settings/config.ts';

const app = new App({ analyticsReporting: false });
new PosthornEnvironment(app, LOCAL, settingsOf(LOCAL));
