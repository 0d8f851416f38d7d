// What a field of a form is drawn as, read from the JSON schema that the kind of a step brings.
import type { Config, Value } from "./flow";

export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: Value;
  enum?: Value[];
  labels?: { [value: string]: string };
  properties?: { [name: string]: Schema };
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: Schema | boolean;
  $ref?: string;
  $defs?: { [name: string]: Schema };
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  expressions?: string;
  pattern?: string;
  format?: string;
}

export type Shape = "choice" | "switch" | "number" | "line" | "text" | "days" | "list" | "rows" | "pairs";
const LONG = 300;

/** The schema that a reference means. */
export function meant(schema: Schema, form: Schema): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  if (name) return { ...form.$defs?.[name], ...schema, $ref: undefined };
  const some = schema.anyOf?.find((one) => one.type !== "null");
  return some ? { ...some, ...schema, anyOf: undefined } : schema;
}

export function shapeOf(field: Schema): Shape {
  if (field.enum) return "choice";
  if (field.type === "boolean") return "switch";
  if (field.type === "integer" || field.type === "number") return "number";
  if (field.type === "object") return "pairs";
  if (field.type === "array") return field.labels ? "days" : field.items?.$ref ? "rows" : "list";
  return (field.maxLength ?? 0) >= LONG ? "text" : "line";
}

/** Whether a field's texts may hold expressions. */
export const moves = (field: Schema) =>
  field.expressions !== "raw" && ["line", "text", "list"].includes(shapeOf(field)) && !field.pattern;

/** What a field holds: what was filled in, else what it has by itself. */
export function valueOf(config: Config, name: string, field: Schema): Value | undefined {
  return config[name] !== undefined ? config[name] : field.default;
}

/** What a new entry of a list begins as. */
export function emptyOf(field: Schema, form: Schema): Value {
  const entry = meant(field, form);
  if (entry.default !== undefined) return entry.default;
  if (entry.enum) return entry.enum[0] ?? null;
  if (entry.type === "object")
    return Object.fromEntries(
      (entry.required ?? []).map((name) => [name, emptyOf(entry.properties?.[name] ?? {}, form)]),
    );
  if (entry.type === "integer" || entry.type === "number") return entry.minimum ?? 0;
  if (entry.type === "boolean") return false;
  return entry.type === "array" ? [] : "";
}

/** A configuration with another value in a field; without the field, where it is as it would be anyway. */
export function configured(config: Config, name: string, value: Value | undefined, field: Schema): Config {
  const { [name]: _, ...rest } = config;
  if (value === undefined || (field.default !== undefined && JSON.stringify(value) === JSON.stringify(field.default))) return rest;
  return { ...rest, [name]: value };
}

/** The first words of a step, for the canvas: of what it says or names. */
export function summary(config: Config, form: Schema): string {
  for (const [name, field] of Object.entries(form.properties ?? {})) {
    const value = config[name];
    if (typeof value === "string" && value) return field.labels?.[value] ?? value.slice(0, 120);
    if (Array.isArray(value) && value.length && value.every((one) => typeof one === "string")) return value.join(", ").slice(0, 120);
  }
  return "";
}
