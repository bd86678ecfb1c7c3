import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type System, startRotator } from "../../../../rotator/index.ts";
import { memorySystem, startGateway } from "../../../harness/index.ts";

const passwords = new Map<string, string>();

const warehouse = memorySystem(passwords);

/** As in production: files that no machine of a developer has. */
const config = {
  listen: { port: 8443, tls: { cert_file: "/run/tls/cert.pem", key_file: "/run/tls/key.pem" } },
  akeyless: { access_ids: ["p-production"] },
  keys: [{ id: "k1", file: "/run/keys/k1" }],
  items: { "/warehouse": { system: "warehouse", usernames: ["svc-warehouse"] } },
  systems: { warehouse: { type: "http", recipe: "gitea", origin: "https://warehouse.invalid" } },
};
const payload = { system: "warehouse", username: "svc-warehouse", password: "first" };
const quiet = { env: {}, log: () => {} };

describe("startRotator in one's own process", () => {
  it("rotates for the emulated gateway, with what production alone has left out", async () => {
    passwords.set("svc-warehouse", "first");
    await using gateway = await startGateway();
    const akeyless = gateway.forRotator();
    await using rotator = await startRotator({
      ...quiet,
      config,
      akeyless,
      systems: { warehouse },
    });

    const item = await gateway.declare({ target: rotator.url, payload });
    expect(item).toBe("/warehouse");
    expect(await rotator.opens("warehouse", gateway.payload(item))).toBe(true);
    await gateway.rotate(item);
    expect(await rotator.opens("warehouse", JSON.stringify(payload))).toBe(false);
    expect(await rotator.opens("warehouse", gateway.payload(item))).toBe(true);
    expect(gateway.item(item)?.versions).toHaveLength(2);
  });

  it("says nothing on stderr when many rotations wait for one system", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `svc-${index}`);
    const warnings: string[] = [];
    const listen = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
    process.on("warning", listen);
    onTestFinished(() => void process.off("warning", listen));
    for (const name of names) passwords.set(name, "first");
    await using gateway = await startGateway();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let asked = 0;
    const slow: System = {
      ...warehouse,
      probe: async (...given) => {
        asked += 1;
        await opened;
        return warehouse.probe(...given);
      },
    };
    await using rotator = await startRotator({
      ...quiet,
      config: {
        ...config,
        items: Object.fromEntries(
          names.map((name) => [`/${name}`, { system: "warehouse", usernames: [name] }]),
        ),
        limits: { concurrency: names.length },
      },
      akeyless: gateway.forRotator(),
      systems: { warehouse: slow },
    });
    // All are declared before the first one rotates: a probe is given up after ten seconds.
    for (const username of names) {
      const name = `/${username}`;
      await gateway.declare({ name, target: rotator.url, payload: { ...payload, username } });
    }
    const rotations = names.map((username) => gateway.rotate(`/${username}`));
    const inFlight = async () => {
      const metrics = await (await fetch(new URL("/metrics", rotator.metricsUrl))).text();
      return Number(/^rotator_rotations_in_flight (\d+)$/m.exec(metrics)?.[1]);
    };
    await expect.poll(async () => [await inFlight(), asked]).toEqual([30, 16]);
    open();
    await Promise.all(rotations);
    expect(warnings).toEqual([]);
  });

  it("leaves no key behind, also where it does not start", async () => {
    // Other processes of this machine leave theirs in the usual folder.
    const temporary = await mkdtemp(join(tmpdir(), "embed-"));
    onTestFinished(() => rm(temporary, { recursive: true }));
    vi.stubEnv("TMPDIR", temporary);
    const keys = async () => (await readdir(temporary)).filter((name) => name.includes("kit-key-"));
    await using gateway = await startGateway();
    const akeyless = gateway.forRotator();
    const rotator = await startRotator({ ...quiet, config, akeyless, systems: { warehouse } });
    expect(await keys()).toHaveLength(1);
    await rotator.stop();
    await expect(
      startRotator({ ...quiet, config, akeyless, systems: { other: warehouse } }),
    ).rejects.toThrow('the configuration has no system "other" to replace');
    expect(await keys()).toEqual([]);
    await expect(fetch(rotator.metricsUrl)).rejects.toThrow();
  });

  it("holds to the configuration where no other Akeyless is given", async () => {
    await expect(startRotator({ ...quiet, config })).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringMatching(/^the configuration has .*keys\.0\.file.*listen\.tls/s),
    });
  });

  it("says that a login ended without a definite answer", async () => {
    await using gateway = await startGateway();
    const silent: System = {
      ...warehouse,
      probe: async () => ({ result: "unknown", reason: "timed_out" }),
    };
    const akeyless = gateway.forRotator();
    const lines: string[] = [];
    await using rotator = await startRotator({
      env: {},
      log: (line) => lines.push(line),
      config,
      akeyless,
      systems: { warehouse: silent },
    });
    await expect(rotator.opens("warehouse", JSON.stringify(payload))).rejects.toThrow(
      'the system "warehouse" gives no definite answer (timed_out)',
    );
    await expect(rotator.opens("depot", "{}")).rejects.toThrow(RangeError);
    expect(lines.join("")).toContain("rotator ready");
    expect(lines.join("")).not.toContain("first");
  });
});

describe("startGateway for a test", () => {
  it("says why the gateway refuses a declaration", async () => {
    await using gateway = await startGateway();
    await gateway.declare({ target: "https://rotator.test/rotate", payload, name: "/a" });
    await expect(
      gateway.declare({ target: "https://rotator.test/rotate", payload, name: "/a" }),
    ).rejects.toThrow(/already exists/i);
    expect(() => gateway.payload("/b")).toThrow('there is no item "/b"');
    await expect(gateway.declare({ target: "https://a.test", payload: "text" })).rejects.toThrow(
      "give a name",
    );
  });
});
