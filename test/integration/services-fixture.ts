import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The real services that integration tests use; `./grader test` starts them and sets the variables. */
export interface TestServices {
  readonly amqpUrl: string;
  /** A role that may create databases and roles. */
  readonly adminDatabaseUrl: string;
  /** host:port */
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly dockerHost: string;
}

export function testServices(): TestServices {
  return {
    amqpUrl: address('GRADER_TEST_AMQP_URL'),
    adminDatabaseUrl: address('GRADER_TEST_DATABASE_URL'),
    temporalAddress: address('GRADER_TEST_TEMPORAL_ADDRESS'),
    namespace: address('GRADER_TEST_NAMESPACE'),
    dockerHost: address('GRADER_TEST_DOCKER_HOST'),
  };
}

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Fails when a connection to it is still open: a leak of what was tested. */
  drop(): Promise<void>;
}

/** An empty database of the test file's own. */
/** @param options of `create database`. */
export async function createTestDatabase(options = ''): Promise<TestDatabase> {
  const { adminDatabaseUrl } = testServices();
  const name = `grader_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminDatabaseUrl, `create database ${name} ${options}`);
  const url = new URL(adminDatabaseUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    drop: () => asAdmin(adminDatabaseUrl, `drop database ${name}`),
  };
}

/** A name that no other test and no other run uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}

export async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function address(variable: string): string {
  const value = process.env[variable];
  if (value) return value;
  throw new Error(
    `${variable} is not set: integration tests need the real services. Run ./grader test, which starts them.`,
  );
}
