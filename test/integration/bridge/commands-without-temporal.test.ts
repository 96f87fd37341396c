import { describe, expect, test } from 'vitest';
import { runGrader } from '../grader-command.js';
import { testServices, uniqueName } from '../services-fixture.js';

describe('a command that needs Temporal while it is down', () => {
  test.each([['drain', 'ours']])('says so, with the next command: %s %s', async (...words) => {
    const { status, stderr } = await runGrader(words, {
      AMQP_URL: testServices().amqpUrl,
      RABBITMQ_QUEUE: uniqueName('nothing'),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect(stderr).toContain('Failed to connect to Temporal at 127.0.0.1:1');
    expect(stderr).toContain('Check with: temporal operator cluster health');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });

  test.each([
    ['cutover', 'abort'],
    ['mode', 'set', 'off'],
  ])('says what else stops the flow, and wants no reason: %s %s', async (...words) => {
    const queue = uniqueName('nothing');
    const { status, stderr } = await runGrader(words, {
      AMQP_URL: testServices().amqpUrl,
      RABBITMQ_QUEUE: queue,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect(stderr).toContain('Failed to connect to Temporal at 127.0.0.1:1');
    expect(stderr).toContain(`forwards everything to ${queue}.legacy`);
    expect(stderr).toContain('systemctl stop grading-bridge');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });
});
