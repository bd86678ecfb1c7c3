import * as z from "zod";
import type { AnswerEntry } from "../../common/errors/error-entry.ts";
import { ANSWER_ERRORS } from "../../common/errors/rotator-errors.ts";
import { problemSchema } from "../../rotator/http/problem.ts";
import { rotateAnswerSchema, rotateRequestSchema } from "../../rotator/http/request-body.ts";

/** docs/reference/rotator.openapi.json, from the schemas that the service itself parses with. */
export function openApiDocument(): object {
  return {
    openapi: "3.1.1",
    info: {
      title: "Rotator",
      version: "1",
      description:
        "What the Akeyless Gateway calls to rotate a custom rotated secret. The path is `listen.path` of rotator.yaml.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{ akeylessCreds: [] }],
    paths: {
      "/rotate": {
        post: {
          operationId: "rotate",
          summary: "Rotates the credential in the payload",
          description:
            "Repeating a request is safe: the same payload leads to the same new payload until the answer was stored.",
          requestBody: { required: true, content: json(schemaOf(rotateRequestSchema)) },
          responses: {
            200: { description: "Rotated.", content: json(schemaOf(rotateAnswerSchema)) },
            ...problems(),
          },
        },
      },
    },
    components: {
      securitySchemes: {
        akeylessCreds: {
          type: "apiKey",
          in: "header",
          name: "AkeylessCreds",
          description: "Short-lived JWT that Akeyless signs; the gateway sends it by itself.",
        },
      },
      schemas: { Problem: schemaOf(problemSchema) },
    },
  };
}

function schemaOf(schema: z.ZodType): object {
  const { $schema, ...document } = z.toJSONSchema(schema);
  return document;
}

function json(schema: object): object {
  return { "application/json": { schema } };
}

/** One response per status, with the codes that have it. */
function problems(): Record<string, object> {
  const byStatus = new Map<number, [string, AnswerEntry][]>();
  for (const entry of Object.entries<AnswerEntry>(ANSWER_ERRORS)) {
    const { status } = entry[1];
    byStatus.set(status, [...(byStatus.get(status) ?? []), entry]);
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, problem(codes)]));
}

function problem(codes: readonly [string, AnswerEntry][]): object {
  const retry = codes.some(([, { retryAfter }]) => retryAfter !== undefined);
  return {
    description: codes.map(([code, { message }]) => `\`${code}\`: ${message}`).join("\n"),
    ...(retry && {
      headers: { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } } },
    }),
    content: {
      "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
    },
  };
}
