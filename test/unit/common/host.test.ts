import { describe, expect, test } from "vitest";
import {
  hostOf,
  isForbiddenAddress,
  isLocalOrInCluster,
  isLoopback,
} from "../../../common/host.ts";
import { holdsLogin, mayCarryCredentials, toUrl } from "../../../common/url.ts";

describe("this machine", () => {
  test.each(["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])("%s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each([
    "localhost.example.com",
    "127.0.0.1.nip.io",
    "app.localhost",
    "10.0.0.1",
    "::",
    "",
  ])("not %s", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

test.each([
  ["rotator.prod.svc", true],
  ["rotator.prod.svc.cluster.local", true],
  ["localhost", true],
  ["svc.example.com", false],
  ["app.svc.example.com", false],
])("%s is near: %s", (host, near) => {
  expect(isLocalOrInCluster(host)).toBe(near);
});

test.each([
  ["169.254.169.254", true],
  ["fe80::1", true],
  ["2002:a9fe:a9fe::1", true],
  ["10.0.0.1", false],
  ["127.0.0.1", false],
  ["metadata", false],
])("%s is forbidden: %s", (address, forbidden) => {
  expect(isForbiddenAddress(address)).toBe(forbidden);
});

describe("URLs", () => {
  const url = (text: string) => toUrl(text) ?? expect.fail(`${text} is a URL`);

  test("a text that is none is nothing", () => {
    expect(toUrl("gateway.internal")).toBeUndefined();
    expect(toUrl("/path")).toBeUndefined();
  });

  test.each([
    ["https://app.internal", true],
    ["http://app.internal", false],
    ["http://127.0.0.1:8080", true],
    ["http://[::1]:8080", true],
    ["ftp://127.0.0.1", false],
  ])("%s may carry credentials: %s", (text, may) => {
    expect(mayCarryCredentials(url(text))).toBe(may);
  });

  test("plain HTTP goes as far as the caller says", () => {
    expect(mayCarryCredentials(url("http://app.prod.svc"), isLocalOrInCluster)).toBe(true);
    expect(mayCarryCredentials(url("http://app.internal"), isLocalOrInCluster)).toBe(false);
  });

  test("a user name alone is a login", () => {
    expect(holdsLogin(url("https://token@host"))).toBe(true);
    expect(holdsLogin(url("https://:secret@host"))).toBe(true);
    expect(holdsLogin(url("https://host/@path"))).toBe(false);
  });

  test("an IPv6 host comes without its brackets", () => {
    expect(hostOf(url("https://[fd12::1]:22/"))).toBe("fd12::1");
  });
});
