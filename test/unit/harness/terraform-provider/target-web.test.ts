import { describe, expect, test } from "vitest";
import { type ApiClient, ApiFailure } from "../../../harness/terraform-provider/akeyless/client.ts";
import { targetWeb } from "../../../harness/terraform-provider/akeyless/target-web.ts";

const refusing = (status: number, statusText: string): ApiClient => ({
  call: async () => {
    throw new ApiFailure(new Response(null, { status, statusText }));
  },
});
const state = { id: "/t", name: "/t", url: "https://t" };

describe("a Web Target", () => {
  test("that is gone fails the refresh, instead of being planned anew", async () => {
    await expect(targetWeb.read(refusing(404, "Not Found"), state)).rejects.toThrow(
      /^can't get value: 404 Not Found$/,
    );
  });

  test("says what was tried and the status when a call fails", async () => {
    const conflict = refusing(409, "Conflict");
    await expect(targetWeb.create(conflict, state)).rejects.toThrow(
      /^can't create Target: 409 Conflict$/,
    );
    await expect(targetWeb.update(conflict, state, state)).rejects.toThrow(
      /^can't update : 409 Conflict$/,
    );
    await expect(targetWeb.delete(conflict, state)).rejects.toThrow(/^409 Conflict$/);
  });
});
