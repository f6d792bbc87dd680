/** Releases a slot; a second call changes nothing. */
export type Release = () => void;

/** Slots for so many at once, of which no single caller ever has all. */
export interface FairSemaphore {
  /** Takes a slot for a caller, or answers that none is free. */
  take(caller: string): Release | undefined;
  /** Takes a slot as soon as one is free. Rejects with the signal's reason when the caller disconnected meanwhile. */
  wait(caller: string, gone: AbortSignal): Promise<Release>;
}

/** `most` slots, at most `mostOfOne` of them for one caller. First in, first out, skipping callers at their limit. */
export const fairSemaphore = (most: number, mostOfOne: number): FairSemaphore => {
  const taken = new Map<string, number>();
  const line: { readonly caller: string; readonly enter: (leave: Release) => void }[] = [];
  let free = most;

  const take = (caller: string): Release | undefined => {
    const held = taken.get(caller) ?? 0;
    if (free === 0 || held === mostOfOne) return undefined;
    free -= 1;
    taken.set(caller, held + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      free += 1;
      const others = (taken.get(caller) ?? 0) - 1;
      if (others > 0) taken.set(caller, others);
      else taken.delete(caller);
      letIn();
    };
  };
  const letIn = (): void => {
    for (const waiting of [...line]) {
      const leave = take(waiting.caller);
      if (leave === undefined) continue;
      line.splice(line.indexOf(waiting), 1);
      waiting.enter(leave);
    }
  };
  const wait = (caller: string, gone: AbortSignal): Promise<Release> =>
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
      const waiting = { caller, enter };
      gone.addEventListener('abort', leaveLine, { once: true });
      line.push(waiting);
      letIn();
    });
  return { take, wait };
};
