/**
 * The CDK app of the laptop's environment. It is apart from `bin/posthorn.ts`, the app that `cdk deploy` runs, so that
 * nothing asks for this environment by mistake.
 */
import { App } from 'aws-cdk-lib';
import { PosthornEnvironment } from '../lib/environment.ts';
import { LOCAL, settingsOf } from '../lib/settings/config.ts';

const app = new App({ analyticsReporting: false });
new PosthornEnvironment(app, LOCAL, settingsOf(LOCAL));
