/** What makes the apply stop half way. */
export interface Obstacle {
  readonly address: string;
  /** One sentence without full stop. */
  readonly sentence: string;
}
