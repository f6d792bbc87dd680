/** Searches and filters by tags over HTTP at 1,000 and at 100,000 records. */
import { bestAlternative } from '../rig/alternatives.ts';
import { questionRows } from '../rig/media-pages.ts';
import { SEARCH_QUESTIONS } from '../rig/media-questions.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow } from '../rig/table.ts';

export const benchSearch: Subject = async ({ quick, say, libraries }): Promise<BenchRow[]> => {
  const opened = await libraries();
  const rows: BenchRow[] = [];
  for (const [name, question] of Object.entries(SEARCH_QUESTIONS)) {
    say(`searches for ${name}`);
    rows.push(
      ...(await questionRows(opened, `search at ${opened.count} records, ${name}`, question, quick ? 20 : 200)),
    );
  }
  const common = rows.find(({ name }) => name.endsWith('everywhere, p50'));
  const best = bestAlternative('searchMs');
  if (common)
    rows.push(benchRow({ ...common, name: `${common.name} / ${best.name}`, baseline: best.value, budget: 1 }));
  return rows;
};
