/**
 * The longest time that a client waits for its answer after it has sent everything: no bytes pass until its files were
 * examined, and those of earlier forms. The load balancer and the program must have the same value.
 */
export const ANSWER_SECONDS = 600;
