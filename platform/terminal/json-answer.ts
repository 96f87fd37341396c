import type { Command } from 'commander';
import { Option } from 'commander';
import { z } from 'zod';
import { cleanJson } from './clean-text.js';

/** Of the JSON that commands print: it is raised when a name is taken away or means something else. */
export const schemaVersion = 2;

/** What a command prints as JSON: the schema makes the text, its type, and the document for other programs. */
export type AnswerSchema = z.ZodObject;

/** The value as commands have it: dates are dates and nothing need be copied. */
export type Answer<Schema extends AnswerSchema> = Lasting<z.output<Schema>>;

type Lasting<Value> = Value extends Date
  ? Value
  : Value extends [unknown, ...unknown[]]
    ? Readonly<Value>
    : Value extends (infer Item)[]
      ? readonly Lasting<Item>[]
      : Value extends object
        ? { readonly [Name in keyof Value]: Lasting<Value[Name]> }
        : Value;

/** `--json` of a command, with the schema of what it then prints. */
export class JsonOption extends Option {
  readonly answer: AnswerSchema;

  constructor(answer: AnswerSchema, description = 'print JSON') {
    super('--json', description);
    this.answer = answer;
  }
}

/** Undefined where a command prints no JSON. */
export function answerOf(command: Command): AnswerSchema | undefined {
  return command.options.find((option) => option instanceof JsonOption)?.answer;
}

/** For programs; the names are stable, and nothing that the schema does not name is printed. @param indent of 0 makes one line. */
export function printJson<Schema extends AnswerSchema>(
  schema: Schema,
  answer: Answer<Schema>,
  indent = 2,
): void {
  const encoded = z.encode(schema, answer as z.output<Schema>) as object;
  const text = JSON.stringify({ schemaVersion, ...encoded }, undefined, indent);
  process.stdout.write(`${cleanJson(text)}\n`);
}

/** JSON Schema (draft 2020-12) of all that is printed. */
export function jsonSchemaOf(answer: AnswerSchema, title: string): object {
  const { $schema, ...schema } = z.toJSONSchema(versioned(answer), {
    io: 'input',
    // What the format and the type say already.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { $schema, title, ...schema };
}

/** Reads what was printed. @throws ZodError where it is something else */
export function parseAnswer<Schema extends AnswerSchema>(schema: Schema, text: string): z.output<Schema> {
  return versioned(schema).parse(JSON.parse(text)) as z.output<Schema>;
}

function versioned(answer: AnswerSchema): z.ZodObject {
  return z.object({ schemaVersion: z.literal(schemaVersion), ...answer.shape });
}
