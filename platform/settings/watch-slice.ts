import { z } from 'zod';
import { optional, required } from './setting.js';
import { duration, expected, httpUrl, parseUrl, secret, wholeNumber } from './value-parsers.js';

/** Where `grader doctor` and `grader status` look, and from when on they warn; nested, as `settings.watch`. */
export const watch = {
  managementUrl: optional('RABBITMQ_MANAGEMENT_URL', httpUrl().transform(secret), {
    group: 'Commands',
    description:
      "RabbitMQ's management API, for policies and consumers' addresses. Default: port 15672 of the broker, with its user.",
    unit: '',
    example: 'http://user:password@broker:15672',
  }),
  workerHealthUrls: optional('WORKER_HEALTH_URLS', workerUrls(), {
    group: 'Commands',
    description:
      "The workers' health ports, separated by commas, for the figures of their pools. Default: WORKER_HEALTH_PORT of this host.",
    unit: '',
    example: 'http://grader-01:9101,http://grader-02:9101',
  }),
  minDiskMb: required('DOCTOR_MIN_DISK', wholeNumber(0, 100_000_000), {
    group: 'Commands',
    description: "Free disk below which `grader doctor` fails, in TEMP_DIR and where Docker's images are.",
    unit: 'MiB',
    default: '2048',
  }),
  minMemoryMb: required('DOCTOR_MIN_MEMORY', wholeNumber(0, 100_000_000), {
    group: 'Commands',
    description: 'Available memory below which `grader doctor` warns.',
    unit: 'MiB',
    default: '512',
  }),
  maxClockDifferenceMs: required('DOCTOR_MAX_CLOCK_DIFFERENCE', duration(0), {
    group: 'Commands',
    description: "Difference from another machine's clock above which `grader doctor` fails.",
    unit: '',
    default: '2s',
  }),
};

function workerUrls() {
  return z.string().transform((text, context) => {
    const urls = text.split(',').map((each) => each.trim().replace(/\/+$/, ''));
    const areFine = urls.every((url) => ['http:', 'https:'].includes(parseUrl(url)?.protocol ?? ''));
    return areFine ? urls : expected(context, 'addresses such as http://grader-01:9101, separated by commas');
  });
}
