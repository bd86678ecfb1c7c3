import pLimit from "p-limit";

/** Calls to a gateway at the same time: fast enough for a thousand items, gentle on the gateway. */
const WIDTH = 8;

/** Maps like `Array.map`, a few at a time, and keeps the order. The first rejection ends it. */
export async function mapPooled<In, Out>(
  inputs: readonly In[],
  map: (input: In) => Promise<Out>,
): Promise<Out[]> {
  const limit = pLimit(WIDTH);
  try {
    return await limit.map(inputs, map);
  } finally {
    limit.clearQueue();
  }
}
