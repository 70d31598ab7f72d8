/*-------------------------------------------------------------------------
 *
 * session.c
 *	  Running one request as a role, and leaving nothing of it behind.
 *
 * SECURITY_LOCAL_USERID_CHANGE is what functions WITH SECURITY DEFINER run
 * under: SET ROLE and SET SESSION AUTHORIZATION are refused.  It stays until
 * the commit is over, because a commit may run code of users still.
 *
 * What a session keeps over its transactions, and what becomes of it here:
 *
 *		settings			as they were before the transaction: also those that
 *							the commit would keep (a callback, see below)
 *		temporary objects	dropped in a transaction of their own
 *		prepared statements, cursors WITH HOLD, advisory locks, the last
 *		values of sequences	dropped after each request
 *		LISTEN				Postgres refuses it in background workers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/prepare.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"

#include "http/session.h"
#include "worker/worker.h"

static bool entered = false;
static bool has_temporary = false;

static void transaction_ends(XactEvent event, void *argument);
static void drop_temporary(void *argument);

void
dyn_session_init(void)
{
	RegisterXactCallback(transaction_ends, NULL);
}

void
dyn_session_enter(Oid role)
{
	entered = true;
	SetUserIdAndSecContext(role, SECURITY_LOCAL_USERID_CHANGE);
}

static void
transaction_ends(XactEvent event, void *argument)
{
	if (!entered)
		return;
	if (event == XACT_EVENT_PRE_COMMIT && (MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE) != 0)
		has_temporary = true;
	if (event == XACT_EVENT_COMMIT)
	{
		/* Settings end as if it had been rolled back.  Postgres ends them once more, and finds none. */
		AtEOXact_GUC(false, 1);
		AtStart_GUC();
	}
}

void
dyn_session_leave(void)
{
	if (!entered)
		return;
	entered = false;
	SetUserIdAndSecContext(GetSessionUserId(), 0);

	PortalHashTableDeleteAll();
	DropAllPreparedStatements();
	LockReleaseAll(USER_LOCKMETHOD, true);
	ResetSequenceCaches();
	if (has_temporary)
	{
		/* A worker that cannot is of no use to the next request. */
		if (!dyn_worker_try(drop_temporary, NULL, NULL))
			proc_exit(1);
		has_temporary = false;
	}
}

static void
drop_temporary(void *argument)
{
	LockTimeout = 0;
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	ResetTempTableNamespace();
	PopActiveSnapshot();
	CommitTransactionCommand();
}
