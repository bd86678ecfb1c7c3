import { TESTBED_ITEM, TESTBED_USERNAME } from "../harness/testbed.ts";
import { currentPassword } from "./proof.ts";
import type { Report } from "./report.ts";
import type { DemoStage } from "./steps.ts";

/** Prints how to use the running parts, and waits until somebody interrupts. */
export async function keepRunning({ testbed, signal }: DemoStage, report: Report): Promise<void> {
  if (!testbed || signal.aborted) return;
  const { app, gateway, rotator } = testbed;
  report.note(`
Everything keeps running until Ctrl-C. All of it is on loopback; the credentials are throw-away.

  gateway (API v2)   ${gateway.url}   and ${gateway.tlsUrl} (CA ${testbed.clientEnvironment.NODE_EXTRA_CA_CERTS})
  access id, key     ${gateway.accessId}   ${gateway.accessKey}
  rotator            ${rotator.url}   metrics ${rotator.metricsUrl}/metrics
  application        ${app.url}   user ${TESTBED_USERNAME}, password now ${currentPassword(gateway)}

  export AKEYLESS_GATEWAY=${gateway.url} AKEYLESS_ACCESS_ID=${gateway.accessId} AKEYLESS_ACCESS_KEY=${gateway.accessKey}
  npm run rotation-kit -- status
  npm run rotation-kit -- rotate ${TESTBED_ITEM}
  node test/demo/rotate-now.mjs ${TESTBED_ITEM}
  curl -s ${gateway.url}/auth -d '{"access-id":"${gateway.accessId}","access-key":"${gateway.accessKey}"}' -H 'content-type: application/json'
  curl -s ${gateway.url}/_emulator/state -H 'x-emulator-token: ${gateway.controlToken}'
  curl -s ${gateway.url}/_emulator/clock/advance -d '{"milliseconds":2592000000}' -H 'content-type: application/json' -H 'x-emulator-token: ${gateway.controlToken}'
`);
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
