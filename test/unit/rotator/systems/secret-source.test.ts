import { describe, expect, test, vi } from "vitest";
import { readSecret } from "../../../../rotator/systems/secret-source.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Reads the same secret from a file and from a variable. */
async function read(secret: string) {
  const warn = vi.fn();
  const sources = {
    directory: temporaryFolder({ secret }),
    environment: { SECRET: secret },
    log: { warn },
  };
  const values = [
    await readSecret({ password_file: "secret" }, "password", sources),
    await readSecret({ password_env: "SECRET" }, "password", sources),
  ];
  return { values, warned: warn.mock.calls.map(([{ setting }]) => setting) };
}

describe("a secret of a file or a variable", () => {
  test.each(["s3cret", "s3cret\n", "s3cret\r\n"])("%j is s3cret, without a word", async (text) => {
    expect(await read(text)).toEqual({ values: ["s3cret", "s3cret"], warned: [] });
  });

  test.each([
    "s3cret\n\n",
    " s3cret",
    "s3cret\t",
    "s3\u200bcret",
    "s3\u0000cret",
  ])("%j is taken as it is, with a warning", async (text) => {
    const { values, warned } = await read(text);
    expect(values).toEqual(Array(2).fill(text.replace(/\n$/, "")));
    expect(warned).toEqual(["password_file", "password_env"]);
  });
});
