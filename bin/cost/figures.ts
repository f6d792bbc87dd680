/** Units of the table or of one of its indexes, by name; the table itself is `table`. */
export type UnitsByIndex = Readonly<Record<string, number>>;

/** What one operation makes AWS charge for, everything that follows it included. */
export interface Figures {
  readonly tableCalls: number;
  readonly readUnits: UnitsByIndex;
  readonly writeUnits: UnitsByIndex;
  /** Requests that S3 charges as PUT, COPY, POST or LIST, and those that it charges as GET. */
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly bytesIn: number;
  /** What clients fetched from S3. */
  readonly bytesOut: number;
  readonly invocations: Readonly<Record<string, number>>;
  /** Thousandths of a GB-second: memory times the time on the machine that measured. */
  readonly gbMilliseconds: number;
  /** Calls of SQS, of functions by functions, and of Secrets Manager. */
  readonly calls: Readonly<Record<string, number>>;
}

/** Figures by the name of their operation. */
export type LedgerTable = Readonly<Record<string, Figures>>;

/** All units of a figure. */
export const unitsOf = (units: UnitsByIndex): number => Object.values(units).reduce((all, each) => all + each, 0);
