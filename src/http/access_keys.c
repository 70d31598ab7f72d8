/*-------------------------------------------------------------------------
 *
 * access_keys.c
 *	  Reads and writes the rows of dynamo.access_keys, as Postgres does with
 *	  its own catalogs: no trigger, policy or search_path has a say.
 *
 * Every change sends an invalidation of the relation itself, so that workers
 * forget what they know of keys.  There is no dependency of a key on its
 * role: DROP ROLE works as ever, and leaves a row that nobody sees.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "http/access_keys.h"

/* Columns, in the order of access_keys.sql. */
enum
{
	KEYS_ID = 1,
	KEYS_ROLE,
	KEYS_SECRET,
	KEYS_SESSION_TOKEN,
	KEYS_ACTIVE,
	KEYS_CREATED_AT,
	KEYS_COLUMNS = KEYS_CREATED_AT
};

static Relation open_keys(LOCKMODE lockmode);
static bool lock_keys(bool wait);
static SysScanDesc begin_scan(Relation keys, const char *id, ScanKey condition);
static void read_key(Relation keys, HeapTuple tuple, DynAccessKey *key);
static bool role_exists(Oid role);
static long trim(void);

Oid			dyn_access_keys_oid = InvalidOid;

const DynDuty dyn_access_keys_duty = {.name = "removing the access keys of dropped roles", .run = trim};

bool
dyn_access_key_find(const char *id, DynAccessKey *key)
{
	Relation	keys;
	SysScanDesc scan;
	ScanKeyData condition;
	HeapTuple	tuple;
	bool		found;

	if (strlen(id) != DYN_ACCESS_KEY_ID_LENGTH)
		return false;
	keys = open_keys(AccessShareLock);
	scan = begin_scan(keys, id, &condition);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
		read_key(keys, tuple, key);
	systable_endscan(scan);
	table_close(keys, AccessShareLock);
	return found && role_exists(key->role);
}

List *
dyn_access_keys_list(void)
{
	Relation	keys = open_keys(AccessShareLock);
	SysScanDesc scan = begin_scan(keys, NULL, NULL);
	HeapTuple	tuple;
	List	   *result = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		DynAccessKey *key = palloc(sizeof(DynAccessKey));

		read_key(keys, tuple, key);
		if (role_exists(key->role))
			result = lappend(result, key);
	}
	systable_endscan(scan);
	table_close(keys, AccessShareLock);
	return result;
}

void
dyn_access_key_insert(const DynAccessKey *key)
{
	Relation	keys = open_keys(RowExclusiveLock);
	Datum		values[KEYS_COLUMNS];
	bool		nulls[KEYS_COLUMNS] = {false};

	values[KEYS_ID - 1] = CStringGetTextDatum(key->id);
	values[KEYS_ROLE - 1] = ObjectIdGetDatum(key->role);
	values[KEYS_SECRET - 1] = CStringGetTextDatum(key->secret);
	nulls[KEYS_SESSION_TOKEN - 1] = key->session_token == NULL;
	values[KEYS_SESSION_TOKEN - 1] = key->session_token != NULL ? CStringGetTextDatum(key->session_token) : (Datum) 0;
	values[KEYS_ACTIVE - 1] = BoolGetDatum(key->active);
	values[KEYS_CREATED_AT - 1] = TimestampTzGetDatum(key->created_at);
	CatalogTupleInsert(keys, heap_form_tuple(RelationGetDescr(keys), values, nulls));
	CacheInvalidateRelcache(keys);
	table_close(keys, RowExclusiveLock);
	CommandCounterIncrement();
}

bool
dyn_access_key_set_active(const char *id, bool active)
{
	Relation	keys = open_keys(RowExclusiveLock);
	ScanKeyData condition;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found;

	(void) lock_keys(true);
	scan = begin_scan(keys, id, &condition);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
	{
		Datum		values[KEYS_COLUMNS] = {0};
		bool		nulls[KEYS_COLUMNS] = {false};
		bool		replace[KEYS_COLUMNS] = {false};

		values[KEYS_ACTIVE - 1] = BoolGetDatum(active);
		replace[KEYS_ACTIVE - 1] = true;
		tuple = heap_modify_tuple(tuple, RelationGetDescr(keys), values, nulls, replace);
		CatalogTupleUpdate(keys, &tuple->t_self, tuple);
		CacheInvalidateRelcache(keys);
	}
	systable_endscan(scan);
	table_close(keys, NoLock);
	CommandCounterIncrement();
	return found;
}

bool
dyn_access_key_remove(const char *id)
{
	Relation	keys = open_keys(RowExclusiveLock);
	ScanKeyData condition;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found;

	(void) lock_keys(true);
	scan = begin_scan(keys, id, &condition);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
	{
		CatalogTupleDelete(keys, &tuple->t_self);
		CacheInvalidateRelcache(keys);
	}
	systable_endscan(scan);
	table_close(keys, NoLock);
	CommandCounterIncrement();
	return found;
}

void
dyn_access_keys_trim(void)
{
	Relation	keys = open_keys(RowExclusiveLock);
	SysScanDesc scan;
	HeapTuple	tuple;

	/* Whoever has the lock does this, too. */
	if (!lock_keys(false))
	{
		table_close(keys, RowExclusiveLock);
		return;
	}
	scan = begin_scan(keys, NULL, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		DynAccessKey key;

		read_key(keys, tuple, &key);
		if (!role_exists(key.role))
			CatalogTupleDelete(keys, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(keys, NoLock);
	CommandCounterIncrement();
}

/* ---- helpers ---- */

static Relation
open_keys(LOCKMODE lockmode)
{
	Relation	keys = table_open(get_relname_relid("access_keys", get_namespace_oid("dynamo", false)), lockmode);

	if (RelationGetDescr(keys)->natts != KEYS_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"%s\" is of another version of the extension", "dynamo.access_keys"),
				 errdetail("It has %d columns; the library expects %d.", RelationGetDescr(keys)->natts, KEYS_COLUMNS),
				 errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	dyn_access_keys_oid = RelationGetRelid(keys);
	return keys;
}

/*
 * Keep others from changing rows until the transaction ends: updates of a
 * catalog do not wait for each other.  Returns false where the lock is not to
 * be had without waiting.
 */
static bool
lock_keys(bool wait)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, dyn_access_keys_oid, 0, 0);
	return LockAcquire(&tag, ExclusiveLock, false, !wait) != LOCKACQUIRE_NOT_AVAIL;
}

/* Begin to read the key with an id, or, if that is NULL, all keys in order. */
static SysScanDesc
begin_scan(Relation keys, const char *id, ScanKey condition)
{
	Oid			index = get_relname_relid("access_keys_pkey", RelationGetNamespace(keys));

	if (id != NULL)
		ScanKeyInit(condition, KEYS_ID, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(id));
	return systable_beginscan(keys, index, true, NULL, id != NULL ? 1 : 0, condition);
}

static void
read_key(Relation keys, HeapTuple tuple, DynAccessKey *key)
{
	Datum		values[KEYS_COLUMNS];
	bool		nulls[KEYS_COLUMNS];

	heap_deform_tuple(tuple, RelationGetDescr(keys), values, nulls);
	text_to_cstring_buffer(DatumGetTextPP(values[KEYS_ID - 1]), key->id, sizeof(key->id));
	key->role = DatumGetObjectId(values[KEYS_ROLE - 1]);
	key->secret = TextDatumGetCString(values[KEYS_SECRET - 1]);
	key->session_token = nulls[KEYS_SESSION_TOKEN - 1] ? NULL : TextDatumGetCString(values[KEYS_SESSION_TOKEN - 1]);
	key->active = DatumGetBool(values[KEYS_ACTIVE - 1]);
	key->created_at = DatumGetTimestampTz(values[KEYS_CREATED_AT - 1]);
}

static bool
role_exists(Oid role)
{
	return SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role));
}

/* ---- housekeeping ---- */

static long
trim(void)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	dyn_access_keys_trim();
	PopActiveSnapshot();
	CommitTransactionCommand();
	return -1;
}
