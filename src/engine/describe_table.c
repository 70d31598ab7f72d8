/*-------------------------------------------------------------------------
 *
 * describe_table.c
 *	  DescribeTable and ListTables.
 *
 * They need no privilege: what they tell can be read in pg_class and in
 * dynamo.tables, too.  Sizes and counts are those of the last VACUUM,
 * ANALYZE or CREATE INDEX, as the service's are up to six hours old.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/describe_table.h"
#include "engine/stream_specification.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"
#include "schema/key_expressions.h"

static void add_statistics(Oid relid, int64 *size_bytes, int64 *item_count);
static bool is_being_built(Relation relation, const DynTable *table, const DynKeySchema *key_schema);

void
dyn_describe_table(const char *table_name, DynTableDescription *description)
{
	char	   *name = dyn_table_name_resolve(table_name, "DescribeTable");
	DynTableRow row;
	Relation	relation;

	if (!dyn_table_lock(name, AccessShareLock, &row))
		dyn_raise_table_not_found(name);
	relation = table_open(row.relation, NoLock);
	dyn_table_description_make(relation, &row, DYN_TABLE_ACTIVE, description);
	table_close(relation, NoLock);
}

void
dyn_require_backed_up_table(const char *table_name, const char *operation)
{
	char	   *name = dyn_table_name_resolve(table_name, operation);
	DynTableRow row;

	if (!dyn_catalog_find_table(name, &row))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_TABLE_NOT_FOUND),
				 errmsg("Table not found: %s", name),
				 errhint("See the tables with: SELECT * FROM dynamo.list_tables();")));
}

void
dyn_list_tables(const ListTablesRequest *request, ListTablesResponse *response)
{
	List	   *names = dyn_catalog_table_names(request->exclusive_start_table_name, request->limit + 1);

	response->last_evaluated_table_name = NULL;
	if (list_length(names) > request->limit)
	{
		names = list_truncate(names, request->limit);
		response->last_evaluated_table_name = llast(names);
	}
	response->table_names = names;
}

void
dyn_table_description_make(Relation relation, const DynTableRow *row, DynTableStatus status,
						   DynTableDescription *description)
{
	const DynTable *table = dyn_table_describe(relation);
	List	   *rows = dyn_catalog_indexes(row->name);
	TimestampTz now = GetCurrentTimestamp();
	ListCell   *cell;

	memset(description, 0, sizeof(DynTableDescription));
	description->row = *row;
	description->status = status;
	description->key_schema = table->key_schema;
	description->decreases_today = dyn_decreases_today(&row->throughput, now);
	description->nindexes = list_length(rows);
	description->indexes = palloc0(sizeof(DynIndexDescription) * Max(list_length(rows), 1));

	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
	{
		foreach(cell, find_all_inheritors(RelationGetRelid(relation), AccessShareLock, NULL))
			add_statistics(lfirst_oid(cell), &description->size_bytes, &description->item_count);
	}
	else
		add_statistics(RelationGetRelid(relation), &description->size_bytes, &description->item_count);

	foreach(cell, rows)
	{
		DynIndexDescription *index = &description->indexes[foreach_current_index(cell)];
		Oid			index_oid = InvalidOid;

		index->row = *(DynIndexRow *) lfirst(cell);
		index->decreases_today = dyn_decreases_today(&index->row.throughput, now);
		for (int i = 0; i < table->nindexes; i++)
			if (strcmp(table->indexes[i].name, index->row.name) == 0)
				index_oid = table->indexes[i].index_oid;

		/* Without a valid Postgres index, somebody dropped it, or is building it again. */
		index->status = index->row.status == DYN_INDEX_DELETING ? DYN_TABLE_DELETING :
			index->row.status == DYN_INDEX_ACTIVE && OidIsValid(index_oid) ? status : DYN_TABLE_CREATING;
		if (OidIsValid(index_oid))
			add_statistics(index_oid, &index->size_bytes, &index->item_count);
		else
			index->backfilling = is_being_built(relation, table, &index->row.key_schema);

		/* As the service has it, until the index is being filled, or until it is gone. */
		if (status == DYN_TABLE_ACTIVE &&
			(index->row.status == DYN_INDEX_DELETING ||
			 (index->row.status == DYN_INDEX_CREATING && !index->backfilling && !OidIsValid(index_oid))))
			description->status = DYN_TABLE_UPDATING;
	}
	dyn_stream_specification_describe(description);
}

/* Add what pg_class knows of a relation, and of its TOAST table. */
static void
add_statistics(Oid relid, int64 *size_bytes, int64 *item_count)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Form_pg_class form;
	Oid			toast;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_class) GETSTRUCT(tuple);

	/* Where nothing was counted, pages say nothing: an empty index has one, too. */
	if (form->relkind != RELKIND_PARTITIONED_TABLE && form->relkind != RELKIND_PARTITIONED_INDEX &&
		form->reltuples > 0)
	{
		*size_bytes += (int64) Max(form->relpages, 0) * BLCKSZ;
		*item_count += (int64) form->reltuples;
	}
	toast = form->reltoastrelid;
	ReleaseSysCache(tuple);

	if (OidIsValid(toast))
	{
		int64		chunks = 0;

		add_statistics(toast, size_bytes, &chunks);
	}
}

/* Is there an index of this key schema that is not valid yet? */
static bool
is_being_built(Relation relation, const DynTable *table, const DynKeySchema *key_schema)
{
	bool		found = false;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		DynKeySchema schema;

		if (!index->rd_index->indisvalid &&
			dyn_index_key_schema(index, table->item_attnum, &schema) &&
			dyn_key_schema_equal(&schema, key_schema))
			found = true;
		index_close(index, AccessShareLock);
	}
	return found;
}

int
dyn_decreases_today(const DynThroughput *throughput, TimestampTz now)
{
	/* TimestampTz counts from a midnight in UTC. */
	if (throughput->decreased_at == DYN_NEVER ||
		throughput->decreased_at / USECS_PER_DAY != now / USECS_PER_DAY)
		return 0;
	return throughput->decreases;
}
