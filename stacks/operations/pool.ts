import pLimit from "p-limit";

/** Calls to a gateway at the same time: fast enough for a thousand items, gentle on the gateway. */
const WIDTH = 8;

/**
 * Maps like `Array.map`, a few at a time, and keeps the order. The first rejection ends it: what
 * has not begun by then never does.
 */
export async function mapPooled<In, Out>(
  inputs: readonly In[],
  map: (input: In) => Promise<Out>,
  width = WIDTH,
): Promise<Out[]> {
  const limit = pLimit(width);
  try {
    return await limit.map(inputs, map);
  } finally {
    limit.clearQueue();
  }
}
