import { KitError } from "../../../../common/errors/kit-error.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";

/** Calls the control endpoints of the gateway that the environment names. */
export async function control(
  { environment }: CommandIo,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const address = environment.AKEYLESS_GATEWAY ?? "http://127.0.0.1:8081";
  const url = URL.parse(`/_emulator${path}`, address);
  if (!url) throw new KitError("emulator_unreachable", { address, why: "it is not a web address" });
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        "content-type": "application/json",
        "x-emulator-token": environment.ROTATION_KIT_GATEWAY_TOKEN ?? "",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    throw new KitError(
      "emulator_unreachable",
      { address: url.origin, why: cause?.code ?? "the connection failed" },
      { cause: error },
    );
  }
  const answer: unknown = await response.json().catch(() => undefined);
  const fields = (typeof answer === "object" && answer ? answer : {}) as Record<string, unknown>;
  if (response.ok) return fields;
  const why = typeof fields.error === "string" ? fields.error : `status ${response.status}`;
  throw new KitError("emulator_refused", { why });
}
