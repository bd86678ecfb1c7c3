// CommonJS, as Jest runs it without settings: it loads ESM only by import(), and only with Node's
// flag --experimental-vm-modules. TypeScript makes `await using` out of what Node 20 has.
import { expect, test } from "@jest/globals";

const kit = import("akeyless-rotation-kit/testing");

test("a gateway rotates, and stops at the end of its block", async () => {
  const { startGateway } = await kit;
  let url: string;
  {
    await using gateway = await startGateway({ seed: 1 });
    url = gateway.url;
    const item = await gateway.declare({
      target: "http://127.0.0.1:9/rotate",
      payload: { system: "app", username: "svc", password: "first" },
    });
    const outcome = await gateway.rotate(item);
    expect(outcome).toMatchObject({ error: expect.stringContaining("connection refused") });
    expect(gateway.payload(item)).toContain("first");
  }
  await expect(fetch(url)).rejects.toThrow();
});
