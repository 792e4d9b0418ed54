/**
 * Writes src/api/schema.gen.ts from ../openapi.json: one type per schema, and one entry per operation with its parameters, body and
 * answers. `--check` only compares and fails when the file is old; a path given is read in place of ../openapi.json.
 *
 * Own code, because the generators that exist build on a compiler interface that the installed TypeScript no longer has.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const given = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const source = given ?? fileURLToPath(new URL("../../openapi.json", import.meta.url));
const target = fileURLToPath(new URL("../src/api/schema.gen.ts", import.meta.url));

if (!existsSync(source)) {
  console.error(`${source} is missing. Write it first: resolutionflow openapi > openapi.json`);
  process.exit(1);
}

const text = render(JSON.parse(readFileSync(source, "utf8")));
if (process.argv.includes("--check")) {
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
    console.error("src/api/schema.gen.ts is old. Run: npm run gen");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
  console.log(`Wrote src/api/schema.gen.ts (${text.length} characters)`);
}

/** The whole file for an OpenAPI 3.1 document. */
function render(document) {
  const schemas = Object.entries(document.components?.schemas ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = ["// Generated from openapi.json by scripts/gen.mjs: npm run gen\n"];
  for (const [name, schema] of schemas) {
    parts.push(`${comment(schema.description, "")}export type ${typeName(name)} = ${typeOf(schema, "")};\n`);
  }
  parts.push(renderOperations(document));
  return parts.join("\n");
}

function renderOperations(document) {
  const lines = [];
  for (const [path, item] of Object.entries(document.paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      const operation = item[method];
      if (operation) {
        lines.push(renderOperation(path, method, operation, item.parameters ?? []));
      }
    }
  }
  return `/** Every operation by its id. */\nexport interface Operations {\n${lines.join("")}}\n`;
}

function renderOperation(path, method, operation, shared) {
  const parameters = [...shared, ...(operation.parameters ?? [])];
  const group = (place) => {
    const found = parameters.filter((parameter) => parameter.in === place);
    const members = found.map(
      (parameter) =>
        `readonly ${key(parameter.name)}${parameter.required ? "" : "?"}: ${typeOf(parameter.schema ?? {}, "      ")};`,
    );
    return members.length === 0 ? "Record<never, never>" : `{ ${members.join(" ")} }`;
  };
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const answers = Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith("2"))
    .map(([, response]) => {
      const schema = response.content?.["application/json"]?.schema;
      return schema ? typeOf(schema, "    ") : "undefined";
    });
  const answer = [...new Set(answers)].join(" | ") || "undefined";
  return [
    comment(operation.description ?? operation.summary, "  "),
    `  readonly ${key(operation.operationId ?? `${method} ${path}`)}: {\n`,
    `    readonly method: "${method.toUpperCase()}";\n    readonly path: ${JSON.stringify(path)};\n`,
    `    readonly parameters: ${group("path")};\n    readonly query: ${group("query")};\n`,
    `    readonly body: ${body ? typeOf(body, "    ") : "undefined"};\n    readonly answer: ${answer};\n  };\n`,
  ].join("");
}

/** The TypeScript type of a schema. `indent` is that of the line it starts on. */
function typeOf(schema, indent) {
  if (schema === true || Object.keys(schema).length === 0) {
    return "unknown";
  }
  if (schema.$ref) {
    return typeName(schema.$ref.split("/").at(-1));
  }
  if ("const" in schema) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  }
  if (schema.oneOf || schema.anyOf) {
    return union((schema.oneOf ?? schema.anyOf).map((one) => typeOf(one, indent)));
  }
  if (schema.allOf) {
    return schema.allOf.map((one) => parenthesised(typeOf(one, indent))).join(" & ");
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => typeOf({ ...schema, type }, indent)));
  }
  return plainType(schema, indent);
}

function plainType(schema, indent) {
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return arrayType(schema, indent);
    default:
      return objectType(schema, indent);
  }
}

function arrayType(schema, indent) {
  if (schema.prefixItems) {
    return `readonly [${schema.prefixItems.map((item) => typeOf(item, indent)).join(", ")}]`;
  }
  return `readonly ${parenthesised(typeOf(schema.items ?? {}, indent))}[]`;
}

function objectType(schema, indent) {
  const members = Object.entries(schema.properties ?? {});
  const extra = schema.additionalProperties;
  if (members.length === 0) {
    return extra === false ? "Record<string, never>" : `Readonly<Record<string, ${typeOf(extra ?? {}, indent)}>>`;
  }
  const required = new Set(schema.required ?? []);
  const inner = `${indent}  `;
  const lines = members.map(
    ([name, member]) =>
      `${comment(member.description, inner)}${inner}readonly ${key(name)}${required.has(name) ? "" : "?"}: ${typeOf(member, inner)};\n`,
  );
  return `{\n${lines.join("")}${indent}}`;
}

function union(types) {
  return [...new Set(types)].join(" | ");
}

function parenthesised(type) {
  return /[|&]|^readonly/.test(type) && !type.startsWith("{") ? `(${type})` : type;
}

function typeName(name) {
  return name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/_+$/, "");
}

function key(name) {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function comment(words, indent) {
  if (!words) {
    return "";
  }
  const lines = words.replaceAll("*/", "* /").trim().split("\n");
  return lines.length === 1
    ? `${indent}/** ${lines[0]} */\n`
    : `${indent}/**\n${lines.map((line) => `${indent} * ${line.trim()}`.trimEnd()).join("\n")}\n${indent} */\n`;
}
