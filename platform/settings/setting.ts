import type { z } from 'zod';

/** What is printed about a setting. */
export interface SettingMetadata {
  readonly group:
    | 'Existing platform'
    | 'Grading'
    | 'Temporal'
    | 'Bridge and workers'
    | 'Console'
    | 'Logs and shutdown'
    | 'Commands';
  readonly description: string;
  /** Of the value as it is written, such as "ms" or "KB"; empty where the value carries or needs none. */
  readonly unit: string;
  /** As it would be written; undefined where there is none. */
  readonly default: string | undefined;
  /** Shown where the default does not show the form, such as a value that is off. */
  readonly example?: string;
}

/** All there is to say about one setting: its variable, what is printed of it, and how its value is read. */
export interface Setting<Value> extends SettingMetadata {
  /** Of the environment. */
  readonly name: string;
  readonly schema: z.ZodType<Value, string>;
  /** The value where none is given. */
  readonly otherwise: () => Value;
}

/** Settings by the names that the code calls their values by. */
export type Slice = Readonly<Record<string, Setting<unknown>>>;

/** What a slice is read to. */
export type ValuesOf<Of extends Slice> = {
  readonly [Name in keyof Of]: Of[Name] extends Setting<infer Value> ? Value : never;
};

export function required<Value>(
  name: string,
  schema: z.ZodType<Value, string>,
  metadata: SettingMetadata & { readonly default: string },
): Setting<Value> {
  // The default takes the same way as a value of the user, and is checked by every test.
  return { ...metadata, name, schema, otherwise: () => schema.parse(metadata.default) };
}

export function optional<Value>(
  name: string,
  schema: z.ZodType<Value, string>,
  metadata: Omit<SettingMetadata, 'default'>,
): Setting<Value | undefined> {
  return { ...metadata, name, schema, default: undefined, otherwise: () => undefined };
}

/** One whose default is the machine's, so that its description has to tell it. */
export function computed<Value>(
  name: string,
  otherwise: () => Value,
  schema: z.ZodType<Value, string>,
  metadata: Omit<SettingMetadata, 'default'>,
): Setting<Value> {
  return { ...metadata, name, schema, default: undefined, otherwise };
}
