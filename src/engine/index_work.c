/*-------------------------------------------------------------------------
 *
 * index_work.c
 *	  Building and dropping secondary indexes and expiry indexes in the
 *	  caller's transaction.
 *
 * Plain CREATE INDEX and DROP INDEX: all or nothing, with the caller, and with
 * their locks.  index_build.c does the same without keeping writers out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/expiry_index.h"
#include "engine/index_build.h"
#include "engine/index_ddl.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"

static void create_now(const DynTableRow *row, DynIndexRow *index);
static void delete_now(const DynTableRow *row, const DynIndexRow *index);

bool
dyn_index_work_can_wait(Oid relid)
{
	return dyn_workers_run_here() && get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE;
}

void
dyn_index_work_later(void)
{
	dyn_workers_wake_at_commit();
}

int
dyn_index_work_now(const DynTableRow *row)
{
	int			done = 0;
	ListCell   *cell;

	foreach(cell, dyn_catalog_indexes(row->name))
	{
		DynIndexRow *index = lfirst(cell);

		if (index->status == DYN_INDEX_DELETING)
			delete_now(row, index);
		else if (index->status == DYN_INDEX_CREATING)
			create_now(row, index);
		else
			continue;
		done++;
	}
	if (dyn_expiry_index_now(row))
		done++;
	return done;
}

int
dyn_build_indexes(const char *table_name)
{
	char	   *name;
	DynTableRow row;
	Relation	relation;
	const DynTable *table;

	PreventCommandIfReadOnly("build_indexes");
	PreventCommandIfParallelMode("build_indexes");

	name = dyn_table_name_resolve(table_name, "UpdateTable");
	dyn_catalog_lock_name(name);
	if (!dyn_catalog_find_table(name, &row))
		dyn_raise_table_not_found(name);
	dyn_check_table_owner(row.relation);
	dyn_index_work_cancel(row.relation);
	if (!dyn_table_lock(name, ShareLock, &row))
		dyn_raise_table_not_found(name);

	/* Somebody may have dropped the Postgres index of one that is ACTIVE. */
	relation = table_open(row.relation, NoLock);
	table = dyn_table_describe(relation);
	for (int i = 0; i < table->nindexes; i++)
	{
		DynIndexRow index;

		if (table->indexes[i].status == DYN_INDEX_CREATING &&
			dyn_catalog_find_index(name, table->indexes[i].name, &index) && index.status == DYN_INDEX_ACTIVE)
		{
			index.status = DYN_INDEX_CREATING;
			dyn_catalog_update_index(name, &index);
		}
	}
	dyn_expiry_index_ask_again(relation, table);
	table_close(relation, NoLock);
	return dyn_index_work_now(&row);
}

static void
create_now(const DynTableRow *row, DynIndexRow *index)
{
	DynIndexSubject subject = {.key_schema = &index->key_schema};
	Relation	relation = table_open(row->relation, ShareLock);
	const DynTable *table = dyn_table_describe(relation);
	List	   *states = dyn_key_indexes(relation, table, subject);
	ListCell   *cell;

	table_close(relation, NoLock);
	if (!dyn_has_valid_index(states))
	{
		/* A worker was interrupted. */
		foreach(cell, states)
			dyn_ddl_drop_index(((const DynKeyIndexState *) lfirst(cell))->oid);
		dyn_ddl_create_index(table, index->name, subject);
	}
	dyn_ddl_create_statistics(table, &index->key_schema);

	index->status = DYN_INDEX_ACTIVE;
	index->attempts = 0;
	index->last_error = NULL;
	dyn_catalog_update_index(row->name, index);
}

static void
delete_now(const DynTableRow *row, const DynIndexRow *index)
{
	DynIndexSubject subject = {.key_schema = &index->key_schema};
	Relation	relation = table_open(row->relation, AccessExclusiveLock);
	const DynTable *table = dyn_table_describe(relation);
	List	   *states = dyn_key_indexes(relation, table, subject);
	List	   *others;
	bool		shared = false;
	ListCell   *cell;

	table_close(relation, NoLock);
	dyn_catalog_remove_index(row->name, index->name);
	others = dyn_catalog_indexes(row->name);
	foreach(cell, others)
		shared |= dyn_key_schema_equal(&((const DynIndexRow *) lfirst(cell))->key_schema, &index->key_schema);
	if (!shared)
	{
		foreach(cell, states)
			if (((const DynKeyIndexState *) lfirst(cell))->plain)
				dyn_ddl_drop_index(((const DynKeyIndexState *) lfirst(cell))->oid);
	}
	dyn_ddl_drop_statistics(table, &index->key_schema, others);
}
