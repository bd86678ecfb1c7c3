import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { type RotatorConfig, rotatorConfigSchema } from "../../rotator/config/schema.ts";
import { Manifests } from "./manifests.ts";
import { run, tool } from "./tools.ts";

/** The lines of Kubernetes that the manifests are held against. */
const VERSIONS = ["1.31", "1.34", "1.37"];

describe.each(["one", "three"])("overlay %s", async (overlay) => {
  const text = await run(tool.kustomize, ["build", `deploy/kubernetes/overlays/${overlay}`]);
  const manifests = new Manifests(parseAllDocuments(text).map((document) => document.toJS()));
  const { pod } = manifests;
  const [container] = pod.containers;
  const config = configOf(manifests);

  test.each(VERSIONS)("fits the schemas of Kubernetes %s", async (version) => {
    const folder = await mkdtemp(join(tmpdir(), "manifests-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "manifests.yaml");
    await writeFile(file, text);
    await run(tool.kubernetesValidate, ["--strict", "--no-warn", "-k", version, file]);
  });

  test("the ports are those that the rotator listens on", () => {
    expect(container.ports).toEqual([
      { name: "rotate", containerPort: config.listen.port },
      { name: "metrics", containerPort: config.metrics.port },
    ]);
    expect(config.metrics.host).toBe("0.0.0.0");
    const names = container.ports.map(({ name }) => name);
    for (const { targetPort } of manifests.the("Service").spec.ports)
      expect(names).toContain(targetPort);
    for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
      expect(probe.httpGet.port).toBe("metrics");
  });

  test("liveness asks whether the process answers, readiness whether it takes rotations", () => {
    expect(container.livenessProbe.httpGet.path).toBe("/livez");
    expect(container.readinessProbe.httpGet.path).toBe("/readyz");
  });

  test("every file that rotator.yaml names lies in a mounted volume", () => {
    const mounted = container.volumeMounts.map(({ mountPath }) => mountPath);
    expect(filesOf(config).filter((file) => !mounted.includes(dirname(file)))).toEqual([]);
    const volumes = pod.volumes.map(({ name }) => name);
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes);
  });

  test("the pod is given longer to stop than the longest rotation takes", () => {
    const { shutdown, limits } = config;
    expect(shutdown.grace_ms).toBeGreaterThan(limits.rotation_ms + shutdown.drain_ms);
    const { seconds } = container.lifecycle.preStop.sleep;
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(
      seconds * 1000 + shutdown.grace_ms,
    );
  });

  test("the memory of a pod holds the heap that the image gives Node.js, and the program", async () => {
    expect(container.env.map(({ name }) => name)).not.toContain("NODE_OPTIONS");
    const dockerfile = await readFile("deploy/Dockerfile", "utf8");
    const sizeOf = (option: string) =>
      Number(new RegExp(`--max-${option}-space-size=(\\d+)`).exec(dockerfile)?.[1]);
    // V8 holds up to three times the semi-space; the program itself takes 44 MB (docs/benchmarks.md).
    const needed = sizeOf("old") + 3 * sizeOf("semi") + 44;
    const limit = Number(/^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1]);
    expect(limit).toBeGreaterThan(needed);
  });

  test("selectors choose the rotator's pods and nothing else", () => {
    const { labels } = manifests;
    expect(manifests.the("Deployment").spec.selector.matchLabels).toEqual(labels);
    expect(manifests.the("Service").spec.selector).toEqual(labels);
    expect(manifests.the("NetworkPolicy").spec.podSelector.matchLabels).toEqual(labels);
  });

  test("Prometheus finds the Service, the port and the path", () => {
    const { labels } = manifests.the("Service").metadata;
    const { selector, endpoints } = manifests.the("ServiceMonitor").spec;
    expect(labels).toMatchObject(selector.matchLabels);
    const ports = manifests.the("Service").spec.ports.map(({ name }) => name);
    expect(endpoints).toEqual([{ port: "metrics", path: "/metrics" }]);
    expect(ports).toContain("metrics");
  });

  test("the network lets out what the rotator needs, and refuses the rest", () => {
    const { policyTypes, egress, ingress } = manifests.the("NetworkPolicy").spec;
    expect(policyTypes).toEqual(["Ingress", "Egress"]);
    const open = egress.flatMap(({ ports }) => ports.map(({ port }) => port));
    // The label that the pods of Akeyless's own chart have.
    expect(ingress[0]?.from[0]?.podSelector?.matchLabels).toEqual({
      "app.kubernetes.io/name": "akeyless-gateway",
    });
    expect(open).toEqual(expect.arrayContaining([53, ...portsNeeded(config)]));
    expect(ingress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([
      ["rotate"],
      ["metrics"],
    ]);
  });

  test("the pod keeps to the restricted pod security standard", () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });
});

describe("overlay three", async () => {
  const text = await run(tool.kustomize, ["build", "deploy/kubernetes/overlays/three"]);
  const manifests = new Manifests(parseAllDocuments(text).map((document) => document.toJS()));

  test("has replicas that share a lock, and keeps all but one of them", () => {
    expect(configOf(manifests).shared_lock?.type).toBe("postgres");
    const { selector } = manifests.the("PodDisruptionBudget").spec;
    expect(selector.matchLabels).toEqual(manifests.labels);
    const { scaleTargetRef, minReplicas } = manifests.the("HorizontalPodAutoscaler").spec;
    expect(scaleTargetRef).toEqual({
      kind: "Deployment",
      name: manifests.the("Deployment").metadata.name,
    });
    expect(minReplicas).toBe(3);
  });
});

/** What takes effect in the pod: rotator.yaml of the ConfigMap, the container's variables over it. */
function configOf(manifests: Manifests): RotatorConfig {
  const file = manifests.the("ConfigMap").data["rotator.yaml"] ?? "";
  const lock = Object.fromEntries(
    manifests.pod.containers[0].env.flatMap(({ name, value }) => {
      const setting = /^ROTATOR_SHARED_LOCK_(\w+)$/.exec(name)?.[1];
      return setting === undefined ? [] : [[setting.toLowerCase(), value]];
    }),
  );
  const shared = Object.keys(lock).length > 0 ? { shared_lock: lock } : {};
  return rotatorConfigSchema.parse({ ...parse(file), ...shared });
}

function filesOf(config: unknown): string[] {
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([name, value]) =>
    typeof value === "string" && (name === "file" || name.endsWith("_file"))
      ? [value]
      : filesOf(value),
  );
}

function portsNeeded({ akeyless, systems, shared_lock }: RotatorConfig): number[] {
  const portOf = (url: string) => Number(new URL(url).port || 443);
  return [
    portOf(akeyless.validation_url),
    ...Object.values(systems).flatMap((system) => {
      if (system.type === "http") return [portOf(system.origin)];
      return system.type === "postgres" ? [system.port] : [];
    }),
    ...(shared_lock ? [shared_lock.port] : []),
  ];
}
