import * as z from "zod";
import { errorCodes } from "../base/errors.ts";
import { operations } from "../contract/operations.ts";
import { type OperationName, routes } from "../contract/routes.ts";

/** The API as an OpenAPI 3.1 document, from the same schemas that check every request. */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const name of Object.keys(routes) as OperationName[]) {
    const { method, path } = routes[name];
    const place = path.replaceAll(/:([a-z]+)/gi, "{$1}");
    paths[place] = { ...paths[place], [method.toLowerCase()]: operation(name) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Aloft", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
  };
}

function operation(name: OperationName): object {
  const { params, query, body, output } = operations[name];
  const { method } = routes[name];
  return {
    operationId: name,
    parameters: [...parameters(params, "path"), ...parameters(query, "query")],
    ...(method === "POST" ? { requestBody: { required: true, content: json(body, "input") } } : {}),
    responses: {
      200: { description: "The answer", content: json(output, "output") },
      default: {
        description: `application/problem+json with a code: ${Object.keys(errorCodes).join(", ")}`,
      },
    },
  };
}

function parameters(schema: z.ZodType, place: "path" | "query"): object[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path",
    schema: property,
  }));
}

function json(schema: z.ZodType, io: "input" | "output"): object {
  return { "application/json": { schema: z.toJSONSchema(schema, { io, unrepresentable: "any" }) } };
}
