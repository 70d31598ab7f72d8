/*-------------------------------------------------------------------------
 *
 * expiry_index.c
 *	  The index by which expired items are found, as work that is to be done.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "utils/rel.h"

#include "engine/expiry_index.h"

DynIndexSubject
dyn_expiry_subject(const char *attribute)
{
	DynIndexSubject subject = {NULL, attribute};

	return subject;
}

Oid
dyn_expiry_index(Relation relation, const DynTable *table, const char *attribute)
{
	ListCell   *cell;

	foreach(cell, dyn_key_indexes(relation, table, dyn_expiry_subject(attribute)))
	{
		const DynKeyIndexState *state = lfirst(cell);

		if (state->valid)
			return state->oid;
	}
	return InvalidOid;
}

static bool
is_work(const DynTimeToLiveRow *row)
{
	return row->status == DYN_TTL_ENABLING || row->status == DYN_TTL_DISABLING;
}

List *
dyn_expiry_index_work(void)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, dyn_time_to_live_rows())
	{
		const DynTimeToLiveRow *row = lfirst(cell);

		if (is_work(row))
			names = lappend(names, row->table_name);
	}
	return names;
}

bool
dyn_expiry_index_is_work(const char *table_name, DynTimeToLiveRow *row)
{
	return dyn_time_to_live_find(table_name, row) && is_work(row);
}

void
dyn_expiry_index_done(Relation relation, const DynTable *table, const DynTimeToLiveRow *work)
{
	DynTimeToLiveRow row;

	if (!dyn_time_to_live_find(work->table_name, &row) || row.status != work->status ||
		strcmp(row.attribute, work->attribute) != 0)
		return;
	if (row.status == DYN_TTL_DISABLING)
	{
		dyn_time_to_live_remove(row.table_name);
		return;
	}
	if (OidIsValid(dyn_expiry_index(relation, table, row.attribute)))
		row.status = DYN_TTL_ENABLED;
	row.attempts = 0;
	row.last_error = NULL;
	dyn_time_to_live_update(&row);
}

void
dyn_expiry_index_ask_again(Relation relation, const DynTable *table)
{
	DynTimeToLiveRow row;

	if (!dyn_time_to_live_find(table->name, &row) || row.status != DYN_TTL_ENABLED ||
		OidIsValid(dyn_expiry_index(relation, table, row.attribute)))
		return;
	row.status = DYN_TTL_ENABLING;
	dyn_time_to_live_update(&row);
}

bool
dyn_expiry_index_now(const DynTableRow *row)
{
	DynTimeToLiveRow work;
	Relation	relation;
	const DynTable *table;
	List	   *states;
	bool		create;
	ListCell   *cell;

	if (!dyn_expiry_index_is_work(row->name, &work))
		return false;
	create = work.status == DYN_TTL_ENABLING;
	relation = table_open(row->relation, create ? ShareLock : AccessExclusiveLock);
	table = dyn_table_describe(relation);
	states = dyn_key_indexes(relation, table, dyn_expiry_subject(work.attribute));
	table_close(relation, NoLock);

	if (!create || !dyn_has_valid_index(states))
	{
		/* One that is not valid was left behind by a worker. */
		foreach(cell, states)
		{
			const DynKeyIndexState *state = lfirst(cell);

			if (state->plain)
				dyn_ddl_drop_index(state->oid);
		}
		if (create)
			dyn_ddl_create_index(table, DYN_EXPIRY_INDEX_NAME, dyn_expiry_subject(work.attribute));
	}

	relation = table_open(row->relation, NoLock);
	dyn_expiry_index_done(relation, table, &work);
	table_close(relation, NoLock);
	return true;
}
