/*-------------------------------------------------------------------------
 *
 * databases.c
 *	  Which databases there are, and what ALTER DATABASE has set in them, as
 *	  the launcher sees it.
 *
 * The launcher is connected to no database, so that it never stands in the
 * way of DROP DATABASE.  It can open pg_database, but not pg_db_role_setting:
 * of that the relation cache knows only through some database's pg_class.  So
 * its pages are read as CREATE DATABASE reads the pg_class of its template:
 * the relation map says where they are, and an MVCC snapshot which rows
 * count.  Nothing is pruned, and the relation's lock is held.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_tablespace_d.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/smgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/relmapper.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "worker/shared.h"

#define SETTING	"dynamo.workers"

/* What ALTER DATABASE has set in one database. */
typedef struct DatabaseSettings
{
	Oid			database;
	List	   *settings;		/* "name=value" */
} DatabaseSettings;

static List *read_settings(void);
static void read_page(Buffer buffer, BlockNumber block, Snapshot snapshot, TupleDesc columns, List **result);
static List *read_texts(Datum array);
static List *find_settings(List *all, Oid database);
static bool workers_are_on(const DynWorkerDatabase *database);

List *
dyn_worker_databases(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List	   *databases = NIL;
	List	   *settings;
	Relation	relation;
	TableScanDesc scan;
	HeapTuple	tuple;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(caller);

	settings = read_settings();
	relation = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(relation, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_database form = (Form_pg_database) GETSTRUCT(tuple);
		DynWorkerDatabase *database;

		if (!form->datallowconn || database_is_invalid_form(form))
			continue;
		database = palloc(sizeof(DynWorkerDatabase));
		database->oid = form->oid;
		database->name = pstrdup(NameStr(form->datname));
		database->settings = find_settings(settings, form->oid);
		database->opted_in = workers_are_on(database);
		databases = lappend(databases, database);
	}
	table_endscan(scan);
	table_close(relation, AccessShareLock);

	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return databases;
}

const char *
dyn_worker_database_setting(const DynWorkerDatabase *database, const char *name)
{
	size_t		length = strlen(name);
	ListCell   *cell;

	foreach(cell, database->settings)
	{
		const char *setting = lfirst(cell);

		if (pg_strncasecmp(setting, name, length) == 0 && setting[length] == '=')
			return setting + length + 1;
	}
	return NULL;
}

static bool
workers_are_on(const DynWorkerDatabase *database)
{
	const char *value = dyn_worker_database_setting(database, SETTING);
	bool		on = false;

	return value != NULL && parse_bool(value, &on) && on;
}

static List *
find_settings(List *all, Oid database)
{
	ListCell   *cell;

	foreach(cell, all)
	{
		const DatabaseSettings *settings = lfirst(cell);

		if (settings->database == database)
			return settings->settings;
	}
	return NIL;
}

/* The settings of all databases, List of DatabaseSettings *. */
static List *
read_settings(void)
{
	TupleDesc	columns = CreateTemplateTupleDesc(Natts_pg_db_role_setting);
	BufferAccessStrategy strategy = GetAccessStrategy(BAS_BULKREAD);
	Snapshot	snapshot;
	DynRelationFile file;
	BlockNumber nblocks;
	List	   *result = NIL;

	/* An oid is stored like an int4, which 15 has built in. */
	TupleDescInitBuiltinEntry(columns, Anum_pg_db_role_setting_setdatabase, "setdatabase", INT4OID, -1, 0);
	TupleDescInitBuiltinEntry(columns, Anum_pg_db_role_setting_setrole, "setrole", INT4OID, -1, 0);
	TupleDescInitBuiltinEntry(columns, Anum_pg_db_role_setting_setconfig, "setconfig", TEXTARRAYOID, -1, 1);

	/* The lock comes before the map: VACUUM FULL changes where the pages are. */
	LockRelationOid(DbRoleSettingRelationId, AccessShareLock);
	file = dyn_shared_relation_file(DbRoleSettingRelationId);
	nblocks = dyn_relation_file_blocks(file);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	for (BlockNumber block = 0; block < nblocks; block++)
	{
		Buffer		buffer;

		CHECK_FOR_INTERRUPTS();
		buffer = ReadBufferWithoutRelcache(file, MAIN_FORKNUM, block, RBM_NORMAL, strategy, true);
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		read_page(buffer, block, snapshot, columns, &result);
		UnlockReleaseBuffer(buffer);
	}
	UnregisterSnapshot(snapshot);
	UnlockRelationOid(DbRoleSettingRelationId, AccessShareLock);
	FreeAccessStrategy(strategy);
	return result;
}

/* Append what the rows of a page say of databases; a few of them, so they are read under its lock. */
static void
read_page(Buffer buffer, BlockNumber block, Snapshot snapshot, TupleDesc columns, List **result)
{
	Page		page = BufferGetPage(buffer);

	if (PageIsNew(page) || PageIsEmpty(page))
		return;
	for (OffsetNumber number = FirstOffsetNumber; number <= PageGetMaxOffsetNumber(page); number++)
	{
		ItemId		item = PageGetItemId(page, number);
		HeapTupleData tuple;
		Datum		values[Natts_pg_db_role_setting];
		bool		nulls[Natts_pg_db_role_setting];
		DatabaseSettings *settings;

		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple.t_len = ItemIdGetLength(item);
		tuple.t_tableOid = DbRoleSettingRelationId;
		ItemPointerSet(&tuple.t_self, block, number);
		if (!HeapTupleSatisfiesVisibility(&tuple, snapshot, buffer))
			continue;

		heap_deform_tuple(&tuple, columns, values, nulls);
		if (!OidIsValid(DatumGetObjectId(values[Anum_pg_db_role_setting_setdatabase - 1])) ||
			OidIsValid(DatumGetObjectId(values[Anum_pg_db_role_setting_setrole - 1])) ||
			nulls[Anum_pg_db_role_setting_setconfig - 1])
			continue;
		if (VARATT_IS_EXTERNAL(DatumGetPointer(values[Anum_pg_db_role_setting_setconfig - 1])))
		{
			ereport(LOG,
					(errmsg("the settings of database %u are too long for the launcher of dynamo",
							DatumGetObjectId(values[Anum_pg_db_role_setting_setdatabase - 1])),
					 errdetail("They are stored out of line, where only sessions of a database can read them."),
					 errhint("Set fewer or shorter settings with ALTER DATABASE.")));
			continue;
		}
		settings = palloc(sizeof(DatabaseSettings));
		settings->database = DatumGetObjectId(values[Anum_pg_db_role_setting_setdatabase - 1]);
		settings->settings = read_texts(values[Anum_pg_db_role_setting_setconfig - 1]);
		*result = lappend(*result, settings);
	}
}

static List *
read_texts(Datum array)
{
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	List	   *texts = NIL;

	deconstruct_array(DatumGetArrayTypePCopy(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			texts = lappend(texts, TextDatumGetCString(elements[i]));
	return texts;
}
