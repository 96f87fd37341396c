import { expect, it } from 'vitest';
import { demoPlaces } from './demo-stack.js';

it('shares neither queue, database nor namespace with the platform of grader up', () => {
  const services = {
    amqpUrl: 'amqp://127.0.0.1:20001/',
    databaseUrl: 'postgresql://127.0.0.1:20002/code_grader',
    dockerHost: 'unix:///run/docker.sock',
    image: 'cpp-grader-env',
    temporalAddress: '127.0.0.1:20003',
    temporalUiUrl: 'http://127.0.0.1:20004',
    namespace: 'grading',
    processes: {},
  };
  const places = demoPlaces(services, 'postgresql://127.0.0.1:20002/code_grader_demo');
  expect(places.namespace).not.toBe(services.namespace);
  expect(places.queue).not.toBe('grading_queue');
  expect(places.databaseUrl).not.toBe(services.databaseUrl);
});
