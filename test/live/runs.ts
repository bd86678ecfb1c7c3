/** A product that rotations are run against, and what of the six situations it can be put through. */
export interface LiveRun {
  readonly product: string;
  readonly version: string;
  /** The shipped recipes, or the example's file. */
  readonly by: readonly string[];
  /** The day of its last run, where it is not run by CI. */
  readonly byHand?: string;
  /** What a lock is. Some only let an administrator disable an account, some do not say that one is blocked. */
  readonly lock?: "locked" | "disabled" | "perhaps blocked";
  /** Whether its policy rejects passwords. Default: yes. */
  readonly policy?: "none" | "not run";
  /** False where no administrator can set a password. */
  readonly admin?: false;
}

/** What runs, by the name of its file: the live tests and the table in docs/reference/recipes.md read it here. */
export const LIVE_RUNS = {
  keycloak: {
    product: "Keycloak",
    version: "26.5.6, 26.7.3",
    by: ["keycloak"],
    lock: "locked",
  },
  opensearch: {
    product: "OpenSearch with its Security plugin",
    version: "2.19.4",
    by: ["opensearch"],
    lock: "perhaps blocked",
  },
  mediawiki: {
    product: "MediaWiki",
    version: "1.39 (Debian 12)",
    by: ["mediawiki"],
    lock: "locked",
    admin: false,
  },
  rabbitmq: {
    product: "RabbitMQ",
    version: "3.10 (Debian 12)",
    by: ["rabbitmq"],
    policy: "none",
  },
  influxdb: {
    product: "InfluxDB 1.x",
    version: "1.6 (Debian 12)",
    by: ["influxdb-1"],
    policy: "none",
  },
  openldap: {
    product: "OpenLDAP with its password policy",
    version: "2.5 (Debian 12)",
    by: ["openldap-hook.sh"],
    lock: "locked",
  },
  mariadb: {
    product: "MariaDB",
    version: "10.11 (Debian 12)",
    by: ["mariadb-hook.sh"],
    lock: "locked",
  },
  gitea: {
    product: "Gitea",
    version: "1.26.0",
    by: ["gitea", "gitea-token"],
    byHand: "2026-11-29",
    lock: "disabled",
  },
  keystone: {
    product: "OpenStack Keystone",
    version: "22.0.2 (Debian 12)",
    by: ["keystone"],
    byHand: "2026-11-29",
    lock: "disabled",
  },
  sonarqube: {
    product: "SonarQube Server",
    version: "9.9.8, 25.1",
    by: ["sonarqube", "sonarqube-token"],
    byHand: "2026-11-29",
    policy: "not run",
  },
  zabbix: {
    product: "Zabbix",
    version: "6.0.14 (Debian 12)",
    by: ["zabbix"],
    byHand: "2026-11-29",
    lock: "locked",
  },
} as const satisfies Readonly<Record<string, LiveRun>>;
