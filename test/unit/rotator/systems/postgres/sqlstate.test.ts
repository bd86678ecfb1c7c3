import { expect, test } from "vitest";
import {
  changeFailure,
  loginFailure,
  probeFailure,
} from "../../../../../rotator/systems/postgres/sqlstate.ts";

const reported = (code: string) => Object.assign(new Error("text"), { code, severity: "FATAL" });
const local = (code: string) => Object.assign(new Error("text"), { code });

test.each([
  [reported("28P01"), { result: "invalid" }],
  [reported("28000"), { result: "unknown", reason: "login_not_allowed" }],
  [reported("53300"), { result: "unknown", reason: "too_many_connections" }],
  [reported("57P03"), { result: "unknown", reason: "starting_up" }],
  [reported("XX001"), { result: "unknown", reason: "sqlstate_xx001" }],
  [reported("28p01"), { result: "unknown", reason: "unexpected_answer" }],
  [reported("28P01\n"), { result: "unknown", reason: "unexpected_answer" }],
  [reported("password=x"), { result: "unknown", reason: "unexpected_answer" }],
  [reported("ECONNREFUSED"), { result: "unknown", reason: "unexpected_answer" }],
  [local("ECONNREFUSED"), { result: "unknown", reason: "connection_refused" }],
  [local("28P01"), { result: "unknown", reason: "connection_lost" }],
  [local("DEPTH_ZERO_SELF_SIGNED_CERT"), { result: "unknown", reason: "tls_failed" }],
  [undefined, { result: "unknown", reason: "connection_lost" }],
])("a login that fails with %o", (error, probe) => {
  expect(probeFailure(error)).toEqual(probe);
});

test.each([
  ["28P01", { authority: "admin" }],
  ["28000", { authority: "admin" }],
  ["53300", { sent: false }],
])("a login with %s before a change means that nothing was changed", (code, told) => {
  const failure = loginFailure(reported(code), "admin");
  expect(failure).toEqual({ result: "refused", reason: expect.any(String), ...told });
});

test.each([
  ["22023", "rejected"],
  ["42501", "refused"],
  ["42704", "refused"],
  ["25006", "refused"],
  ["57014", "ambiguous"],
  ["XX000", "ambiguous"],
])("a statement that ends with %s is %s", (code, result) => {
  expect(changeFailure(reported(code)).result).toBe(result);
  expect(changeFailure(local(code)).result).toBe("ambiguous");
});
