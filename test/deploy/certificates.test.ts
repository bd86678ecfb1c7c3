import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { rotatorConfigSchema } from "../../rotator/config/schema.ts";
import { startRotatorProcess } from "../harness/rotator-process.ts";
import { setRotatorStage } from "../harness/rotator-stage.ts";
import { ROOT, run } from "./tools.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "certificates-"));
  return () => rm(folder, { recursive: true });
});

const make = (...args: string[]) => run("deploy/make-certificates", args);
const certificate = async (name: string) => new X509Certificate(await readFile(join(folder, name)));

test("makes an authority and a certificate for the names and addresses given", async () => {
  const told = await make(folder, "rotator.internal", "10.0.0.7");
  expect(told).toContain("is valid for rotator.internal 10.0.0.7 until");
  const [ca, tls] = [await certificate("ca.crt"), await certificate("tls.crt")];
  expect(tls.verify(ca.publicKey)).toBe(true);
  expect(tls.subjectAltName).toBe("DNS:rotator.internal, IP Address:10.0.0.7");
  expect([ca.ca, tls.ca]).toEqual([true, false]);
});

test("renews the certificate and keeps the authority", async () => {
  await make(folder, "rotator.internal");
  const before = [await certificate("ca.crt"), await certificate("tls.crt")];
  await make(folder, "rotator.internal");
  const after = [await certificate("ca.crt"), await certificate("tls.crt")];
  expect(after[0]?.fingerprint256).toBe(before[0]?.fingerprint256);
  expect(after[1]?.fingerprint256).not.toBe(before[1]?.fingerprint256);
});

test("keys can be read by their owner alone, and no other file is left", async () => {
  await make(folder, "rotator.internal");
  const listed = await run("find", [folder, "-type", "f", "-printf", "%f %m\n"]);
  expect(listed.trim().split("\n").sort()).toEqual([
    "ca.crt 644",
    "ca.key 600",
    "tls.crt 644",
    "tls.key 600",
  ]);
});

test("without a name says how it is called", async () => {
  await expect(make(folder)).rejects.toThrow(/usage: make-certificates FOLDER NAME/);
});

test("a gateway that trusts the authority rotates through a rotator with the certificate", async () => {
  await make(folder, "localhost", "127.0.0.1");
  const stage = await setRotatorStage({
    rotatorAuthority: await readFile(join(folder, "ca.crt"), "utf8"),
  });
  onTestFinished(() => stage.stop());
  const tls = { cert_file: join(folder, "tls.crt"), key_file: join(folder, "tls.key") };
  const file = await stage.writeConfig({ listen: { host: "127.0.0.1", port: 0, tls } });
  const rotator = await startRotatorProcess(file);
  onTestFinished(async () => void (await rotator.end("SIGKILL")));
  await stage.declare(rotator.url);
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
});

test("the annotated example is a configuration that the rotator takes", async () => {
  const example = parse(await readFile(`${ROOT}deploy/rotator.example.yaml`, "utf8"));
  expect(rotatorConfigSchema.safeParse(example).error).toBeUndefined();
});
