import * as z from "zod";

/** The parts of the manifests that have to agree with each other; everything else is left away. */
const labels = z.record(z.string(), z.string());
const selector = z.object({ matchLabels: labels });
const port = z.union([z.string(), z.number()]);
const named = <Kind extends string>(kind: Kind) =>
  z.object({ kind: z.literal(kind), metadata: z.object({ name: z.string() }) });

const container = z.object({
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
  livenessProbe: z.object({ httpGet: z.object({ path: z.string(), port }) }),
  readinessProbe: z.object({ httpGet: z.object({ path: z.string(), port }) }),
  startupProbe: z.object({ httpGet: z.object({ path: z.string(), port }) }),
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }),
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
  securityContext: z.record(z.string(), z.unknown()),
});

const pod = z.object({
  terminationGracePeriodSeconds: z.number(),
  automountServiceAccountToken: z.boolean(),
  securityContext: z.record(z.string(), z.unknown()),
  containers: z.tuple([container]),
  volumes: z.array(z.looseObject({ name: z.string() })),
});

const schemas = {
  ConfigMap: named("ConfigMap").extend({ data: z.record(z.string(), z.string()) }),
  Deployment: named("Deployment").extend({
    spec: z.object({
      selector,
      template: z.object({ metadata: z.object({ labels }), spec: pod }),
    }),
  }),
  Service: named("Service").extend({
    metadata: z.object({ name: z.string(), labels }),
    spec: z.object({
      selector: labels,
      ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: port })),
    }),
  }),
  NetworkPolicy: named("NetworkPolicy").extend({
    spec: z.object({
      podSelector: selector,
      policyTypes: z.array(z.string()),
      ingress: z.array(
        z.object({
          from: z.array(z.object({ podSelector: selector.optional() })),
          ports: z.array(z.object({ port })),
        }),
      ),
      egress: z.array(z.object({ ports: z.array(z.object({ port })) })),
    }),
  }),
  PodDisruptionBudget: named("PodDisruptionBudget").extend({ spec: z.object({ selector }) }),
  HorizontalPodAutoscaler: named("HorizontalPodAutoscaler").extend({
    spec: z.object({
      scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
      minReplicas: z.number(),
    }),
  }),
  ServiceMonitor: named("ServiceMonitor").extend({
    spec: z.object({
      selector,
      endpoints: z.array(z.object({ port: z.string(), path: z.string() })),
    }),
  }),
} as const;

type Kinds = typeof schemas;

/** The manifests of an overlay, by kind. */
export class Manifests {
  readonly #documents: readonly unknown[];

  constructor(documents: readonly unknown[]) {
    this.#documents = documents;
  }

  /** The only manifest of a kind. */
  the<Kind extends keyof Kinds>(kind: Kind): z.output<Kinds[Kind]> {
    const found = this.#documents.filter(
      (document) => z.object({ kind: z.literal(kind) }).safeParse(document).success,
    );
    if (found.length !== 1) throw new Error(`${found.length} manifests of kind ${kind}`);
    return schemas[kind].parse(found[0]) as z.output<Kinds[Kind]>;
  }

  get pod(): z.output<typeof pod> {
    return this.the("Deployment").spec.template.spec;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.the("Deployment").spec.template.metadata.labels;
  }
}
