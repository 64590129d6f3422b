import { isObject, type JsonObject } from '../../values/json.ts';

/**
 * Lines that Lambda itself writes about invocations, in its text and its JSON format. Pure.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */

const TEXT =
  /^(?:(?:START|END|REPORT|INIT_REPORT|RESTORE_REPORT) RequestId: |INIT_START Runtime Version: |RESTORE_START Runtime Version: |INIT_REPORT Init Duration: |EXTENSION\tName: |TELEMETRY\tName: |XRAY TraceId: )/;

export const isPlatformText = (line: string): boolean => TEXT.test(line);

/** `{"time": …, "type": "platform.start", "record": {…}}`. */
export const isPlatformRecord = (record: JsonObject): boolean =>
  typeof record.type === 'string' && record.type.startsWith('platform.') && isObject(record.record);

/**
 * Whether it is the report of an invocation that failed. In the JSON format nothing else tells of one that took too long; in
 * the text format another line does.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
 */
export const isFailedReport = ({ type, record }: JsonObject): boolean =>
  type === 'platform.report' &&
  isObject(record) &&
  typeof record.status === 'string' &&
  record.status !== 'success';
