import type { Setting, Slice, ValuesOf } from './setting.js';
import type { BadSetting } from './settings-error.js';
import { SettingsError } from './settings-error.js';
import { slices } from './slices.js';

export type SliceValues = { readonly [Name in keyof typeof slices]: ValuesOf<(typeof slices)[Name]> };

/** The value of each setting by itself. An empty one counts as not set, as compose files write it. @throws SettingsError */
export function readSlices(env: NodeJS.ProcessEnv): SliceValues {
  const bad: BadSetting[] = [];
  const readSetting = (setting: Setting<unknown>): unknown => {
    const given = env[setting.name]?.trim() ?? '';
    if (given === '') return setting.otherwise();
    const { success, data, error } = setting.schema.safeParse(given);
    if (!success) bad.push({ setting, seen: given, expected: error.issues[0]?.message ?? 'another value' });
    return data;
  };
  const readSlice = (slice: Slice) => mapValues(slice, readSetting);
  const values = mapValues(slices, readSlice);
  if (bad.length > 0) throw SettingsError.of(bad);
  return values as unknown as SliceValues;
}

function mapValues<From, To>(
  of: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value)]));
}
