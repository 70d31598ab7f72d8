/*-------------------------------------------------------------------------
 *
 * run.c
 *	  One operation in a transaction of its own: who asks, what, and what came
 *	  of it.
 *
 * Time and locks are bounded.  A timer of Postgres ends the statement, as
 * statement_timeout does for sessions; what a request waits for a lock is so
 * short that the other requests of this worker hardly notice, and it is tried
 * again later (endpoint.c).
 *
 * The cancel interrupt is let in only while a request runs: one that comes
 * late must not end the next request, or the worker.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/backend_status.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "api/error_json.h"
#include "base/error.h"
#include "base/settings.h"
#include "http/authenticate.h"
#include "http/group_commit.h"
#include "http/run.h"
#include "http/session.h"
#include "http/settings.h"

/* How long a request may go on that runs when the worker is told to end. */
#define HURRY_MS	2000

/* A body that is longer is not looked at before its signature is known to be good. */
#define UNSIGNED_JSON	65536

/* What pg_stat_activity may say of a request. */
#define MAX_TEXT	320

/* One request, for the function that raises errors. */
typedef struct Run
{
	const DynOperation *operation;
	const DynHttpHead *head;
	DynSlice	signed_body;
	DynSlice	body;
	Oid			role;
	const char *role_name;		/* NULL until it is known */
	const DynJson *request;
	StringInfo	answer;
	DynOutcome	outcome;
} Run;

static MemoryContext context = NULL;
static TimeoutId hurry_timeout;
static volatile sig_atomic_t hurried = false;

/* When the request that runs has had its time, and the time to end. */
static volatile TimestampTz give_up_at;

/* The server's deadlock_timeout. */
static int	deadlock_timeout;

static void run(Run *this);
static bool has_output(const DynOperation *operation);
static void refuse_operation(Run *this);
static void write_failure(Run *this, const DynAuthFailure *failure);
static void parse_json(Run *this);
static void write_error(Run *this, ErrorData *error);
static void say(const Run *this);
static void start_timers(int lock_wait_ms, bool again);
static void stop_timers(bool again);
static void hurry(void);

void
dyn_run_init(void)
{
	context = AllocSetContextCreate(TopMemoryContext, "dynamo request", ALLOCSET_DEFAULT_SIZES);
	hurry_timeout = RegisterTimeout(USER_TIMEOUT, hurry);
	dyn_authenticate_init();
	dyn_session_init();

	/* Until dyn_run lets them in. */
	HOLD_CANCEL_INTERRUPTS();
}

DynOutcome
dyn_run(const DynOperation *operation, const DynHttpHead *head, DynSlice signed_body, DynSlice body,
		int lock_wait_ms, bool again, StringInfo answer)
{
	Run			this = {.operation = operation, .head = head, .signed_body = signed_body, .body = body, .answer = answer};
	MemoryContext caller = MemoryContextSwitchTo(context);

	this.outcome.status = 200;
	QueryCancelPending = false;
	start_timers(lock_wait_ms, again);
	dyn_round_run();
	PG_TRY();
	{
		RESUME_CANCEL_INTERRUPTS();
		run(&this);
		HOLD_CANCEL_INTERRUPTS();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		/* The error has let all interrupts in. */
		HOLD_INTERRUPTS();
		HOLD_CANCEL_INTERRUPTS();
		disable_all_timeouts(false);
		QueryCancelPending = false;
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		resetStringInfo(answer);
		write_error(&this, error);
		FlushErrorState();
		jit_reset_after_error();
		AbortOutOfAnyTransaction();
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();

	stop_timers(again);
	dyn_session_leave();
	debug_query_string = NULL;
	MemoryContextSwitchTo(caller);
	MemoryContextReset(context);
	return this.outcome;
}

static void
run(Run *this)
{
	static DynAuthFailure failure;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	MemoryContextSwitchTo(context);

	if (this->operation == NULL || this->operation->handler == NULL)
	{
		refuse_operation(this);
		return;
	}
	this->role = dyn_authenticate(this->head, this->signed_body, &this->role_name, &failure);
	if (!OidIsValid(this->role))
	{
		CommitTransactionCommand();
		MemoryContextSwitchTo(context);
		write_failure(this, &failure);
		return;
	}
	if (this->body.length == 0)
	{
		CommitTransactionCommand();
		MemoryContextSwitchTo(context);
		dyn_error_write_named(DYN_NAMESPACE_CORAL, "SerializationException", NULL, this->answer);
		this->outcome = (DynOutcome) {400, "SerializationException", false};
		return;
	}
	parse_json(this);
	say(this);

	dyn_session_enter(this->role);
	PushActiveSnapshot(GetTransactionSnapshot());
	dyn_operation_answer(this->operation, this->request, this->answer);
	if (!has_output(this->operation))
		resetStringInfo(this->answer);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
}

/* Operations that answer with nothing, not even an empty object, on the wire. */
static bool
has_output(const DynOperation *operation)
{
	return strcmp(operation->name, "TagResource") != 0 && strcmp(operation->name, "UntagResource") != 0;
}

/* Answer who asks for what is not there.  Whose signature it is does not matter. */
static void
refuse_operation(Run *this)
{
	if (this->body.length > 0 && this->body.length <= UNSIGNED_JSON)
		parse_json(this);
	if (this->operation != NULL)
		dyn_operation_raise_unbuilt(this->operation);
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
	dyn_error_write_named(DYN_NAMESPACE_CORAL, "UnknownOperationException", NULL, this->answer);
	this->outcome = (DynOutcome) {400, "UnknownOperationException", false};
}

/*
 * Answer who is not let in.  The service looks at the JSON before it looks at
 * the signature; so do we as long as that costs next to nothing.
 */
static void
write_failure(Run *this, const DynAuthFailure *failure)
{
	const char *name = dyn_auth_error_name(failure->error);

	if (this->body.length > 0 && this->body.length <= UNSIGNED_JSON)
		parse_json(this);
	dyn_error_write_named(DYN_NAMESPACE_CORAL, name, failure->message, this->answer);
	this->outcome = (DynOutcome) {400, name, false};
}

/* Parse the request.  Until that is done an error is one of its syntax. */
static void
parse_json(Run *this)
{
	this->request = dyn_json_parse(this->body.at, this->body.length);
}

/* Called before the transaction that failed is rolled back. */
static void
write_error(Run *this, ErrorData *error)
{
	DynWireError wire;

	/* Of what is no JSON at all the service says only that. */
	if (this->request == NULL && error->sqlerrcode == ERRCODE_DYN_SERIALIZATION)
	{
		dyn_error_write_named(DYN_NAMESPACE_CORAL, "SerializationException", NULL, this->answer);
		this->outcome = (DynOutcome) {400, "SerializationException", false};
		return;
	}
	wire = dyn_error_write(error, this->operation, this->role_name, this->request, this->answer);
	if (wire.log)
		EmitErrorReport();
	this->outcome = (DynOutcome) {wire.status, wire.name, dyn_error_is_conflict(error->sqlerrcode)};
}

/* Show in pg_stat_activity and in the log what runs: the operation, and its table if it has one. */
static void
say(const Run *this)
{
	static char text[MAX_TEXT];
	const DynJson *table = dyn_json_kind(this->request) == DYN_JSON_OBJECT ? dyn_json_member(this->request, "TableName") : NULL;
	size_t		length = 0;
	const char *name = table != NULL && dyn_json_kind(table) == DYN_JSON_STRING ? dyn_json_string(table, &length) : "";

	snprintf(text, sizeof(text), "%s %.*s", this->operation->name, (int) Min(length, 255), name);
	debug_query_string = text;
	pgstat_report_activity(STATE_RUNNING, text);
}

/* ---- time ---- */

/*
 * A request that is tried again looks for a deadlock before it gives up: that
 * is where Postgres tells autovacuum to get out of the way.
 */
static void
start_timers(int lock_wait_ms, bool again)
{
	EnableTimeoutParams timers[2] = {
		{.id = hurry_timeout, .type = TMPARAM_EVERY, .delay_ms = HURRY_MS},
		{.id = STATEMENT_TIMEOUT, .type = TMPARAM_AFTER, .delay_ms = dyn_http_statement_timeout},
	};

	LockTimeout = lock_wait_ms;
	if (again)
	{
		deadlock_timeout = DeadlockTimeout;
		DeadlockTimeout = 1;
	}
	give_up_at = DT_NOEND;
	if (dyn_http_statement_timeout > 0)
		give_up_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), (int64) dyn_http_statement_timeout + HURRY_MS);
	enable_timeouts(timers, dyn_http_statement_timeout > 0 ? 2 : 1);
}

static void
stop_timers(bool again)
{
	disable_all_timeouts(false);
	QueryCancelPending = false;
	if (again)
		DeadlockTimeout = deadlock_timeout;
}

void
dyn_run_begin_waiting(void)
{
	give_up_at = DT_NOEND;
	enable_timeout_every(hurry_timeout, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), HURRY_MS), HURRY_MS);
}

void
dyn_run_end_waiting(void)
{
	disable_timeout(hurry_timeout, false);
}

void
dyn_run_hurry(void)
{
	hurried = true;
}

/*
 * In a signal handler, every HURRY_MS while a request runs.  What runs may
 * catch the error of a cancelled statement and go on; the end of the process
 * it cannot.
 */
static void
hurry(void)
{
	if (!hurried && GetCurrentTimestamp() < give_up_at)
		return;
	ProcDiePending = true;
	InterruptPending = true;
	SetLatch(MyLatch);
}
