const DAY_MS = 86_400_000;

const meta = (): number =>
  Number(document.querySelector<HTMLMetaElement>('meta[name="mediashelf:retention"]')?.content);

/** When a deleted file is removed for good: the deployment says how many days files are kept. */
export const purgeDate = (deletedAt: string, days = meta() || 30): string =>
  new Date(Date.parse(deletedAt) + days * DAY_MS).toISOString();
