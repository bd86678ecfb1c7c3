import type { ItemView } from "../views.ts";

/** What a user of the console can do. */
export interface Actions {
  signIn(token: string): void;
  select(item: ItemView): void;
  filter(text: string): void;
  rotate(item: ItemView): void;
  openSession(item: ItemView, user: string): void;
  closeSession(id: string): void;
  showValue(item: ItemView, version: number): void;
  hideValue(version: number): void;
  askLogins(item: ItemView): void;
  moveClock(milliseconds: number): void;
  runClock(speed: number): void;
  stopClock(): void;
  switchOnFault(fault: object): void;
  clearFaults(): void;
}
