/**
 * What one API lets through a second, and how much at once, before API Gateway itself answers 429. Without it a flood has all
 * that the account may take, 10,000 a second, and with it every other API of the account. The burst stays below the thousand
 * executions that a Lambda account runs at once.
 */
export const THROTTLE = { throttlingRateLimit: 2000, throttlingBurstLimit: 800 } as const;
