const line =
  (level: string, out: NodeJS.WritableStream) =>
  (message: unknown): void =>
    void out.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, message })}\n`);

/** Has the console write lines of JSON, as it does on Lambda by itself: the gateway logs what the functions log. */
export const logJson = ({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void => {
  console.info = line('INFO', stdout);
  console.error = line('ERROR', stderr);
};
