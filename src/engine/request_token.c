/*-------------------------------------------------------------------------
 *
 * request_token.c
 *	  ClientRequestToken: a request that comes again is not done again.
 *
 * A token that is done is a row of dynamo.request_tokens, which is written in
 * the transaction that does the request, so that it is there if and only if
 * what was requested is.  A token that is being done is a lock, on an object
 * that is not there, numbered by a hash of the token: whoever gets it alone
 * goes on, and looks for the row then.
 *
 * Rows are seen by the newest snapshot under every isolation level, as rows
 * of Postgres' catalogs.  Those that have expired are not looked at: sessions
 * that write new ones delete them, twice as many as they write, but a few at
 * a time, and none that somebody else is deleting.  Nobody ever waits for a
 * row here, so there is no deadlock with those who wait for items.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/request_token.h"

/* How long the service remembers a token. */
#define TOKEN_LIFE			(INT64CONST(600) * USECS_PER_SEC)

/* A session removes expired tokens after so many new ones, or so much time; and so many. */
#define TRIM_AFTER_TOKENS	100
#define TRIM_AFTER_TIME		USECS_PER_SEC
#define TRIM_ROWS			(2 * TRIM_AFTER_TOKENS)

/* Columns, in the order of request_tokens.sql. */
enum
{
	OPERATION = 1,
	ROLE,
	TOKEN,
	DIGEST,
	EXPIRES_AT,
	TABLE_NAMES,
	READ_UNITS,
	NCOLUMNS = READ_UNITS
};

static Relation open_tokens(LOCKMODE lockmode);
static Oid	index_of(Relation tokens, const char *name);
static void lock_token(Relation tokens, const char *operation, const DynRequestToken *token);
static HeapTuple find_token(Relation tokens, const char *operation, const DynRequestToken *token, SysScanDesc *scan);
static void read_costs(Relation tokens, HeapTuple row, int *ncosts, DynTokenCost **costs);
static void trim(Relation tokens, TimestampTz now);
static void delete_expired(Relation tokens, TimestampTz now);

bool
dyn_token_begin(const char *operation, const DynRequestToken *token, int *ncosts, DynTokenCost **costs)
{
	Relation	tokens = open_tokens(RowExclusiveLock);
	TupleDesc	columns = RelationGetDescr(tokens);
	SysScanDesc scan;
	HeapTuple	row;
	bool		replayed = false;
	bool		isnull;

	lock_token(tokens, operation, token);
	row = find_token(tokens, operation, token, &scan);
	if (row != NULL)
	{
		bytea	   *digest = DatumGetByteaPP(heap_getattr(row, DIGEST, columns, &isnull));

		if (VARSIZE_ANY_EXHDR(digest) != DYN_TOKEN_DIGEST_BYTES ||
			memcmp(VARDATA_ANY(digest), token->digest, DYN_TOKEN_DIGEST_BYTES) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_IDEMPOTENT_PARAMETER_MISMATCH),
					 errmsg("The request uses the same client token as a previous, but non-identical request"),
					 errhint("Make a new ClientRequestToken for each request, and keep it only to send the same one again.")));
		read_costs(tokens, row, ncosts, costs);
		replayed = true;
	}
	systable_endscan(scan);
	table_close(tokens, NoLock);
	return replayed;
}

void
dyn_token_finish(const char *operation, const DynRequestToken *token, int ncosts, const DynTokenCost *costs)
{
	Relation	tokens = open_tokens(RowExclusiveLock);
	TimestampTz now = GetCurrentTimestamp();
	Datum	   *names = palloc(sizeof(Datum) * (ncosts + 1));
	Datum	   *units = palloc(sizeof(Datum) * (ncosts + 1));
	Datum		values[NCOLUMNS];
	bool		nulls[NCOLUMNS] = {false};
	bytea	   *digest = palloc(VARHDRSZ + DYN_TOKEN_DIGEST_BYTES);

	for (int i = 0; i < ncosts; i++)
	{
		names[i] = CStringGetTextDatum(costs[i].table_name);
		units[i] = Float8GetDatum(costs[i].read_units);
	}
	SET_VARSIZE(digest, VARHDRSZ + DYN_TOKEN_DIGEST_BYTES);
	memcpy(VARDATA(digest), token->digest, DYN_TOKEN_DIGEST_BYTES);
	values[OPERATION - 1] = CStringGetTextDatum(operation);
	values[ROLE - 1] = ObjectIdGetDatum(GetUserId());
	values[TOKEN - 1] = PointerGetDatum(cstring_to_text_with_len(token->text, token->length));
	values[DIGEST - 1] = PointerGetDatum(digest);
	values[EXPIRES_AT - 1] = TimestampTzGetDatum(now + TOKEN_LIFE);
	values[TABLE_NAMES - 1] = PointerGetDatum(construct_array(names, ncosts, TEXTOID, -1, false, TYPALIGN_INT));
	values[READ_UNITS - 1] = PointerGetDatum(construct_array(units, ncosts, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));

	CatalogTupleInsert(tokens, heap_form_tuple(RelationGetDescr(tokens), values, nulls));
	CommandCounterIncrement();
	trim(tokens, now);
	table_close(tokens, NoLock);
}

static Relation
open_tokens(LOCKMODE lockmode)
{
	Relation	tokens = table_open(get_relname_relid("request_tokens", get_namespace_oid("dynamo", false)), lockmode);

	if (RelationGetDescr(tokens)->natts != NCOLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"dynamo.request_tokens\" is of another version of the extension"),
				 errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	return tokens;
}

static Oid
index_of(Relation tokens, const char *name)
{
	return get_relname_relid(name, RelationGetNamespace(tokens));
}

/* Two hashes, so that two tokens that are in use at one time do not meet. */
static void
lock_token(Relation tokens, const char *operation, const DynRequestToken *token)
{
	uint64		seed = hash_combine(hash_bytes((const unsigned char *) operation, strlen(operation)), GetUserId());
	uint64		hash = hash_bytes_extended((const unsigned char *) token->text, token->length, seed);
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, RelationGetRelid(tokens), (uint32) hash, (uint16) (hash >> 32));
	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_TRANSACTION_IN_PROGRESS),
				 errmsg("Transaction from previous request is still in progress"),
				 errhint("Send the request again a little later.")));
}

/*
 * Find the row of a token that has not expired; NULL where there is none.  It
 * is valid until the scan is ended, which is the caller's.
 */
static HeapTuple
find_token(Relation tokens, const char *operation, const DynRequestToken *token, SysScanDesc *scan)
{
	TimestampTz now = GetCurrentTimestamp();
	ScanKeyData keys[3];
	HeapTuple	row;
	bool		isnull;

	ScanKeyInit(&keys[0], TOKEN, BTEqualStrategyNumber, F_TEXTEQ,
				PointerGetDatum(cstring_to_text_with_len(token->text, token->length)));
	ScanKeyInit(&keys[1], ROLE, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(GetUserId()));
	ScanKeyInit(&keys[2], OPERATION, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(operation));
	*scan = systable_beginscan(tokens, index_of(tokens, "request_tokens_token"), true, NULL, 3, keys);
	while ((row = systable_getnext(*scan)) != NULL)
		if (DatumGetTimestampTz(heap_getattr(row, EXPIRES_AT, RelationGetDescr(tokens), &isnull)) > now)
			return row;
	return NULL;
}

static void
read_costs(Relation tokens, HeapTuple row, int *ncosts, DynTokenCost **costs)
{
	bool		isnull;
	ArrayType  *name_array = DatumGetArrayTypeP(heap_getattr(row, TABLE_NAMES, RelationGetDescr(tokens), &isnull));
	ArrayType  *unit_array = DatumGetArrayTypeP(heap_getattr(row, READ_UNITS, RelationGetDescr(tokens), &isnull));
	Datum	   *names;
	Datum	   *units;
	int			nunits;

	deconstruct_array(name_array, TEXTOID, -1, false, TYPALIGN_INT, &names, NULL, ncosts);
	deconstruct_array(unit_array, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &units, NULL, &nunits);
	*ncosts = Min(*ncosts, nunits);
	*costs = palloc(sizeof(DynTokenCost) * (*ncosts + 1));
	for (int i = 0; i < *ncosts; i++)
	{
		(*costs)[i].table_name = TextDatumGetCString(names[i]);
		(*costs)[i].read_units = DatumGetFloat8(units[i]);
	}
}

static void
trim(Relation tokens, TimestampTz now)
{
	static TimestampTz last_trimmed = 0;
	static int	written = 0;

	if (++written < TRIM_AFTER_TOKENS && now < last_trimmed + TRIM_AFTER_TIME && now >= last_trimmed)
		return;
	last_trimmed = now;
	written = 0;
	delete_expired(tokens, now);
}

/* What another transaction deletes at this moment is left to it. */
static void
delete_expired(Relation tokens, TimestampTz now)
{
	Relation	index = index_open(index_of(tokens, "request_tokens_expires_at"), RowExclusiveLock);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	row;
	TM_FailureData failure;

	ScanKeyInit(&key, EXPIRES_AT, BTLessStrategyNumber, F_TIMESTAMPTZ_LT, TimestampTzGetDatum(now));
	scan = systable_beginscan_ordered(tokens, index, snapshot, 1, &key);
	for (int i = 0; i < TRIM_ROWS && (row = systable_getnext_ordered(scan, ForwardScanDirection)) != NULL; i++)
		(void) table_tuple_delete(tokens, &row->t_self, GetCurrentCommandId(true), snapshot, InvalidSnapshot,
								  false, &failure, false);
	systable_endscan_ordered(scan);
	UnregisterSnapshot(snapshot);
	index_close(index, NoLock);
}
