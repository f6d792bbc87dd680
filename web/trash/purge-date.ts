const DAY_MS = 86_400_000;

/** How many days the deployment keeps deleted files, which its page says. */
const retentionDays = (): number =>
  Number(document.querySelector<HTMLMetaElement>('meta[name="mediashelf:retention"]')?.content);

/** When a deleted file is removed for good. */
export const purgeDate = (deletedAt: string): string =>
  new Date(Date.parse(deletedAt) + retentionDays() * DAY_MS).toISOString();
