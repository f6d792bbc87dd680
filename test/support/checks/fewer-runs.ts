import fc from 'fast-check';

/** Properties are tried on fewer values where every mutant of a rule is judged by all of them. */
fc.configureGlobal({ numRuns: 25 });
