import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestSandbox } from '../docker-fixture.js';
import { openTestSandbox } from '../docker-fixture.js';
import { gradeFunction } from './grade-function.js';
import { randomRoundTrip } from './random-values.js';

const parameters = 8;
const programs = 2;

describe('random values of random types', () => {
  let test: TestSandbox;
  beforeAll(async () => {
    test = await openTestSandbox();
  });
  afterAll(() => test?.close());

  it.each([
    ['C++, typed input', 'cpp', 'python', 'typed'],
    ['C++, JSON input', 'cpp', 'go', 'json'],
    ['Python', 'python', 'python', 'json'],
    ['Java', 'java', 'python', 'json'],
  ] as const)('come back as they went in, in %s', async (_name, language, profile, form) => {
    const firstSeed = Date.now();
    for (let seed = firstSeed; seed < firstSeed + programs; seed += 1) {
      const trip = randomRoundTrip(parameters, seed);
      const { statuses, detail } = await gradeFunction(test.sandbox, {
        ...trip,
        language,
        profile,
        input: trip[form],
        source: trip.sources[language],
        expected: [trip.expected],
      });
      const why =
        statuses[0] === 'Accepted' ? '' : `seed ${seed}, ${trip.signature}, ${trip.json}: ${detail}`;
      expect({ statuses, why }).toEqual({ statuses: ['Accepted'], why: '' });
    }
  });
});
