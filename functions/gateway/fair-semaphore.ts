/** Releases a slot; a second call changes nothing. */
export type Release = () => void;

/** A caller, or a group of callers, and how many slots they may hold together. */
export interface Share {
  readonly id: string;
  readonly most: number;
}

/** Slots for so many at once, of which each caller holds no more than all of their shares allow. */
export interface FairSemaphore {
  /** Takes a slot, or answers that none is free or a share is used up. */
  take(shares: readonly Share[]): Release | undefined;
  /** Takes a slot as soon as one is free. Rejects with the signal's reason when the caller disconnected meanwhile. */
  wait(shares: readonly Share[], gone: AbortSignal): Promise<Release>;
}

/** `most` slots. First in, first out, skipping callers whose shares are used up. */
export const fairSemaphore = (most: number): FairSemaphore => {
  const taken = new Map<string, number>();
  const line: { readonly shares: readonly Share[]; readonly enter: (leave: Release) => void }[] = [];
  let free = most;

  const take = (shares: readonly Share[]): Release | undefined => {
    if (free === 0 || shares.some((share) => (taken.get(share.id) ?? 0) >= share.most)) return undefined;
    free -= 1;
    for (const { id } of shares) taken.set(id, (taken.get(id) ?? 0) + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      free += 1;
      for (const { id } of shares) {
        const others = (taken.get(id) ?? 0) - 1;
        if (others > 0) taken.set(id, others);
        else taken.delete(id);
      }
      letIn();
    };
  };
  const letIn = (): void => {
    for (const waiting of [...line]) {
      const leave = take(waiting.shares);
      if (leave === undefined) continue;
      line.splice(line.indexOf(waiting), 1);
      waiting.enter(leave);
    }
  };
  const wait = (shares: readonly Share[], gone: AbortSignal): Promise<Release> =>
    new Promise((resolve, reject) => {
      if (gone.aborted) return reject(gone.reason);
      const leaveLine = (): void => {
        line.splice(line.indexOf(waiting), 1);
        reject(gone.reason);
      };
      const enter = (leave: Release): void => {
        gone.removeEventListener('abort', leaveLine);
        resolve(leave);
      };
      const waiting = { shares, enter };
      gone.addEventListener('abort', leaveLine, { once: true });
      line.push(waiting);
      letIn();
    });
  return { take, wait };
};
