/** A process that examines a file. It has no credentials; what strangers' bytes do to its memory goes with it. */
import { answerInProcess } from '../../sandbox/in-process.ts';
import { type Examined, examineFile } from './examine-file.ts';
import type { Declared } from './process-file.ts';

/** What the process is sent. */
export interface ExamineTask {
  readonly path: string;
  readonly declared: Declared;
}

answerInProcess(({ path, declared }: ExamineTask): Promise<Examined> => examineFile(path, declared));
