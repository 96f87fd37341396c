import { z } from 'zod';

/** What is printed about a setting; kept in the schema's metadata, so that docs cannot drift from it. */
export interface SettingMetadata {
  readonly group:
    | 'Existing platform'
    | 'Grading'
    | 'Temporal'
    | 'Bridge and workers'
    | 'Logs and shutdown'
    | 'Doctor and status';
  readonly description: string;
  /** Of the value as it is written, such as "ms" or "KB"; empty where the value carries or needs none. */
  readonly unit: string;
  /** As it would be written; undefined where there is none. */
  readonly default: string | undefined;
  /** Shown where the default does not show the form, such as a value that is off. */
  readonly example?: string;
}

export function required<T extends z.ZodType<unknown, string>>(
  schema: T,
  metadata: SettingMetadata & { readonly default: string },
) {
  // prefault: the default takes the same way as a value of the user, and is checked by every test.
  return z.prefault(schema, metadata.default as z.input<T>).meta({ ...metadata });
}

export function optional<T extends z.ZodType<unknown, string>>(
  schema: T,
  metadata: Omit<SettingMetadata, 'default'>,
) {
  return schema.optional().meta({ ...metadata, default: undefined });
}
