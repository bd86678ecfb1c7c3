export type { AccountRules, NewAccount } from "./accounts.ts";
export type { ApplicationEvent, EventLog, LoggedEvent } from "./event-log.ts";
export { type ApplicationPolicy, DEFAULT_APPLICATION_POLICY } from "./policy.ts";
export { type ReportingApp, type ReportingAppOptions, startReportingApp } from "./start.ts";
