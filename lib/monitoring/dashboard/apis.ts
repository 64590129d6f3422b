import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from '../watched.ts';
import { alarmLines } from './alarm-lines.ts';
import { ofApi } from './aws-lines.ts';
import { aside, MUCH, ours, theirs } from './colors.ts';
import { type Graph, graphs, type Section } from './section.ts';
import { counted, ofAws, percentiles } from './series.ts';

export function api(watched: Watched): Section | undefined {
  const { home } = watched;
  if (!home) return undefined;
  const times = (metric: 'Latency' | 'IntegrationLatency'): Graph['of'] =>
    percentiles(({ statistic = '', color = '' }) =>
      ofAws('ApiGateway', metric, { ApiId: home.apiId }, { statistic, label: statistic, color }),
    );
  return {
    title: 'The API',
    answers:
      'Are producers and consoles answered? 5xx are ours, but for those that developers’ machines answer. 4xx are theirs: a wrong key, a wrong body, too many requests. What is not accepted is repeated by its producer, if it is well made.',
    see: ['The API answers errors', 'Users can’t sign in at the OpenID provider'],
    rows: [
      graphs(
        {
          title: 'Requests',
          of: [ofApi(home, 'Count', MUCH)],
          axis: 'requests in 5 minutes',
        },
        {
          title: 'Requests that end in an error',
          of: [
            ofApi(home, '5xx', ours()),
            counted(watched, 'RelayedFailures', { label: '5xx of machines that listen', color: theirs(1) }),
            ofApi(home, '4xx', theirs()),
          ],
          axis: 'requests in 5 minutes',
          lines: alarmLines(watched, 'ApiErrors'),
        },
        { title: 'How long do callers wait?', of: times('Latency'), axis: 'milliseconds' },
        { title: 'How much of it is our functions?', of: times('IntegrationLatency'), axis: 'milliseconds' },
      ),
    ],
  };
}

/** The queue of what is watched live is among the queues. */
export function live(watched: Watched): Section | undefined {
  const { home } = watched;
  const unsent = counted(watched, 'LiveUnsent', { label: 'not sent', color: ours() });
  if (!home) {
    return {
      title: 'Live channel',
      answers: 'Do those who watch hear of what dies here? Nothing else depends on it.',
      see: ['What is watched live comes late'],
      rows: [graphs({ title: 'Messages for those who watch', of: [unsent], axis: 'messages in 5 minutes' })],
    };
  }
  const socket = (metric: string, label: string, color: string): Metric =>
    ofAws('ApiGateway', metric, { ApiId: home.liveApiId }, { statistic: 'Sum', label, color });
  return {
    title: 'Live channel',
    answers:
      'Do those who watch see what happens? Nothing else depends on it: what is not sent is seen with the next reading.',
    see: ['What is watched live comes late'],
    rows: [
      graphs(
        {
          title: 'Frames for those who watch',
          of: [counted(watched, 'LiveFrames', { label: 'frames', color: MUCH }), unsent],
          axis: 'in 5 minutes',
        },
        {
          title: 'Connections opened, messages',
          of: [
            socket('ConnectCount', 'connections opened', MUCH),
            socket('MessageCount', 'messages, both ways', aside()),
          ],
          axis: 'in 5 minutes',
        },
        {
          title: 'Errors of the WebSocket API',
          of: [
            socket('IntegrationError', 'our function answered with an error', ours()),
            socket('ExecutionError', 'our function could not be called', ours(1)),
            socket('ClientError', 'refused before our function', theirs()),
          ],
          axis: 'in 5 minutes',
        },
      ),
    ],
  };
}
