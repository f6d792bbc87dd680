/**
 * How long a client waits for its answer at most, once it has sent everything: nothing passes until its files were looked
 * into, and those of others before. The load balancer and the program have to agree.
 */
export const ANSWER_SECONDS = 600;
