/*-------------------------------------------------------------------------
 *
 * session.h
 *	  Running one request as a role, and leaving nothing of it behind.
 *
 * All requests of a worker share one session of Postgres, with that of
 * dynamo_endpoint as its user.  What a request runs may be hostile: a trigger,
 * a policy, a function of an index.  See docs/architecture/endpoint.md.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_SESSION_H
#define DYN_HTTP_SESSION_H

/* Called once, by each worker. */
extern void dyn_session_init(void);

/*
 * From now on this transaction is the role's, to the end of its commit:
 * deferred triggers and cursors that are held run in that, too.  An abort ends
 * it by itself.
 */
extern void dyn_session_enter(Oid role);

/*
 * After the transaction, however it ended: be dynamo_endpoint again, and drop
 * what the session would keep.
 */
extern void dyn_session_leave(void);

#endif							/* DYN_HTTP_SESSION_H */
