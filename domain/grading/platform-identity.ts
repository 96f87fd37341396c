/**
 * Which platform a process works for: gradings are named by the number of the submission, and that number means something in
 * one database alone. Host names, passwords, queues and brokers are not in it: they change, or are several for one platform.
 */
export interface PlatformIdentity {
  /** PostgreSQL's system identifier: made with the data directory, shared by its standbys. Undefined where the role may not read it. */
  readonly system?: string | undefined;
  /** The database's object id there; a renamed database keeps it. */
  readonly database: string;
  /** The schema that holds the submissions; empty where they are in none that is searched, as while a table has another name. */
  readonly schema: string;
}

/** What one of the two could not read tells nothing. */
export function isSamePlatform(one: PlatformIdentity, other: PlatformIdentity): boolean {
  const isSameSystem = one.system === undefined || other.system === undefined || one.system === other.system;
  const isSameSchema = one.schema === '' || other.schema === '' || one.schema === other.schema;
  return isSameSystem && one.database === other.database && isSameSchema;
}
