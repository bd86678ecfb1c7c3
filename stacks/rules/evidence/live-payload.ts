/** What `adoptExisting` declares: the payload that a plan reads from the item. */
const LIVE_PAYLOAD =
  /^\$\{sensitive\(jsondecode\(data\.akeyless_rotated_secret\.[\w-]+\.value\)\.value\.payload\)\}$/;

/** Whether an expression is the item's own payload, read when the plan is made. */
export const isLivePayload = (expression: string): boolean => LIVE_PAYLOAD.test(expression);
