/**
 * A lock that replicas share, so that they do not log in to the same account at the same time, nor add
 * to each other's failed logins. No answer depends on it (docs/reference/rotation-protocol.md, I6).
 */
export interface SharedLock {
  /**
   * Takes the lock without waiting. Resolves to its release, or to undefined when another replica
   * holds it. The lock must end with the process that holds it, and when the signal aborts; it does
   * not abort any more once the lock is taken.
   *
   * @param onLost called when a lock that was taken has ended, by its release or without
   */
  tryAcquire(
    key: string,
    signal: AbortSignal,
    onLost?: () => void,
  ): Promise<(() => Promise<void>) | undefined>;
}
