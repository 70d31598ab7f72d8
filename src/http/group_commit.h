/*-------------------------------------------------------------------------
 *
 * group_commit.h
 *	  Making the writes of several requests durable by one flush.
 *
 * A worker goes in rounds: it runs the requests that are there, calls
 * dyn_round_end, and then sends their answers.  Within a round transactions
 * commit asynchronously, if the settings let them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_GROUP_COMMIT_H
#define DYN_HTTP_GROUP_COMMIT_H

/* Set it up for the worker of a number. */
extern void dyn_group_commit_init(int number);

/* Before each request: let its commit be asynchronous. */
extern void dyn_round_run(void);

/* Has this round written what its end will flush? */
extern bool dyn_round_has_written(void);

/* Make durable whatever an answer of this round may show.  Outside transactions. */
extern void dyn_round_end(void);

#endif							/* DYN_HTTP_GROUP_COMMIT_H */
