/*-------------------------------------------------------------------------
 *
 * register_table.c
 *	  Enters a relation that came by plain DDL into DynamoDB's catalog.
 *
 * LIKE, a restore of one table, or a subscriber's copy bring the columns and
 * the CHECK, but not always the trigger, and pg_restore -t not even the
 * primary key.  What is missing is made here; what is there but cannot be
 * trusted (a disabled trigger, a CHECK that is NOT VALID) is refused, because
 * only who did that knows why.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/describe_table.h"
#include "engine/table_ddl.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"
#include "schema/table_build.h"

#define NAME_CHARACTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

static char *choose_name(Oid relid, const char *name);
static void check_relation(Relation relation);
static void repair(Oid relid);
static void register_indexes(Relation relation, const DynTableRow *row);
static bool is_known(List *rows, const DynKeySchema *key_schema);
static bool is_local(const DynKeySchema *table, const DynKeySchema *index);
static bool agree(const DynKeySchema *a, const DynKeySchema *b);
static bool agree_with_all(List *rows, const DynKeySchema *key_schema);
static char *choose_index_name(const char *relation, const char *index, List *rows);

const char *
dyn_register_table(Oid relid, const char *name)
{
	DynTableRow row;
	DynTableRow other;
	Relation	relation;

	PreventCommandIfReadOnly("register_table");
	PreventCommandIfParallelMode("register_table");

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no relation with OID %u", relid),
				 errhint("Name the table, in quotes, as in SQL.")));
	dyn_check_table_owner(relid);

	/* The name's lock comes before the relation's, as everywhere. */
	if (name == NULL && dyn_catalog_find_relation(relid, &row))
		name = row.name;
	name = choose_name(relid, name);
	dyn_catalog_lock_name(name);
	relation = table_open(relid, ShareRowExclusiveLock);
	check_relation(relation);
	table_close(relation, NoLock);

	if (dyn_catalog_find_relation(relid, &other) && strcmp(other.name, name) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_RESOURCE_IN_USE),
				 errmsg("relation \"%s\" is registered as table %s", get_rel_name(relid), other.name),
				 errhint("Use that name.")));
	if (dyn_catalog_find_table(name, &row))
	{
		if (row.relation != relid)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_RESOURCE_IN_USE),
					 errmsg("Table already exists: %s", name),
					 errdetail("Its relation is \"%s\".", get_rel_name(row.relation)),
					 errhint("Pass another name as second argument.")));
	}
	else
	{
		dyn_catalog_remove_table(name);
		dyn_catalog_remove_dead();
		dyn_table_row_init(&row, name);
		row.relation = relid;
		row.pay_per_request_at = row.created_at;
		dyn_catalog_insert_table(&row);
	}

	repair(relid);
	relation = table_open(relid, NoLock);
	register_indexes(relation, &row);
	(void) dyn_table_describe(relation);	/* raises where it still cannot be used */
	table_close(relation, NoLock);
	return name;
}

static char *
choose_name(Oid relid, const char *name)
{
	const char *relation_name = get_rel_name(relid);
	size_t		length = strlen(relation_name);

	if (name != NULL)
	{
		dyn_table_name_check(name);
		return pstrdup(name);
	}
	if (length < 3 || strspn(relation_name, NAME_CHARACTERS) != length)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("\"%s\" cannot be the name of a table of DynamoDB", relation_name),
				 errdetail("Such names have 3 to 255 letters, digits, underscores, hyphens and dots."),
				 errhint("Pass a name as second argument.")));
	return pstrdup(relation_name);
}

/* Raise unless the relation could be an item table. */
static void
check_relation(Relation relation)
{
	if (!dyn_is_item_table(RelationGetRelid(relation)))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not an item table", RelationGetRelationName(relation)),
				 errdetail("An item table has a column of type dynamo.key and one of type dynamo.item."),
				 errhint("Make item tables with dynamo.create_table.")));
	if (relation->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("tables of DynamoDB cannot be temporary"),
				 errhint("Register a table that other sessions see, too.")));
}

/* Make the trigger and the primary key where they are missing. */
static void
repair(Oid relid)
{
	Relation	relation = table_open(relid, NoLock);
	DynTableParts parts;

	dyn_table_look(relation, &parts);
	table_close(relation, NoLock);

	/* Without a CHECK nobody knows the key; describing the table says so. */
	if (!parts.has_check)
		return;
	if (!OidIsValid(parts.primary_key))
		dyn_ddl_add_primary_key(relid, parts.check.key_attnum);
	if (parts.needs_trigger && parts.trigger_name == NULL)
		dyn_ddl_create_trigger(relid, &parts.check.key_schema);
}

/* Enter the Postgres indexes on index_key(item, ...) that no row describes yet. */
static void
register_indexes(Relation relation, const DynTableRow *row)
{
	List	   *rows = dyn_catalog_indexes(row->name);
	DynTableParts parts;
	ListCell   *cell;

	dyn_table_look(relation, &parts);
	foreach(cell, parts.key_indexes)
	{
		const DynKeyIndex *key_index = lfirst(cell);
		DynIndexRow *index;

		if (is_known(rows, &key_index->key_schema))
			continue;
		if (!agree(&parts.check.key_schema, &key_index->key_schema) || !agree_with_all(rows, &key_index->key_schema))
		{
			ereport(WARNING,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("index \"%s\" is not registered", get_rel_name(key_index->oid)),
					 errdetail("In DynamoDB an attribute of keys has one type, and this index gives one another type than another key does."),
					 errhint("Drop the index, or use it in SQL only.")));
			continue;
		}

		index = palloc0(sizeof(DynIndexRow));
		index->name = choose_index_name(RelationGetRelationName(relation), get_rel_name(key_index->oid), rows);
		index->kind = is_local(&parts.check.key_schema, &key_index->key_schema) ? DYN_INDEX_LOCAL : DYN_INDEX_GLOBAL;
		index->position = rows == NIL ? 0 : ((DynIndexRow *) llast(rows))->position + 1;
		index->key_schema = key_index->key_schema;
		index->projection = DYN_PROJECT_ALL;
		index->status = DYN_INDEX_ACTIVE;
		index->throughput.increased_at = DYN_NEVER;
		index->throughput.decreased_at = DYN_NEVER;
		index->throughput.max_read_units = DYN_NO_MAXIMUM;
		index->throughput.max_write_units = DYN_NO_MAXIMUM;
		dyn_catalog_insert_index(row->name, index);
		rows = lappend(rows, index);
	}
}

static bool
is_known(List *rows, const DynKeySchema *key_schema)
{
	ListCell   *cell;

	foreach(cell, rows)
		if (dyn_key_schema_equal(&((DynIndexRow *) lfirst(cell))->key_schema, key_schema))
			return true;
	return false;
}

/* Is it an index with the table's partition key and another sort key? */
static bool
is_local(const DynKeySchema *table, const DynKeySchema *index)
{
	return table->nhash == 1 && table->nrange == 1 && index->nhash == 1 && index->nrange == 1 &&
		strcmp(table->attributes[0].name, index->attributes[0].name) == 0;
}

/* Does no attribute have another type in the other key? */
static bool
agree(const DynKeySchema *a, const DynKeySchema *b)
{
	for (int i = 0; i < dyn_key_schema_count(a); i++)
		for (int j = 0; j < dyn_key_schema_count(b); j++)
			if (strcmp(a->attributes[i].name, b->attributes[j].name) == 0 &&
				a->attributes[i].tag != b->attributes[j].tag)
				return false;
	return true;
}

static bool
agree_with_all(List *rows, const DynKeySchema *key_schema)
{
	ListCell   *cell;

	foreach(cell, rows)
		if (!agree(&((DynIndexRow *) lfirst(cell))->key_schema, key_schema))
			return false;
	return true;
}

/*
 * A legal name like the Postgres index', which no other index of the table
 * has.  One that create_table named TABLE_INDEX_idx gets its name back.
 */
static char *
choose_index_name(const char *relation, const char *index, List *rows)
{
	char	   *base = pstrdup(index);
	size_t		prefix = strlen(relation);
	size_t		length = strlen(index);
	char	   *name;

	if (length > prefix + strlen("__idx") && strncmp(index, relation, prefix) == 0 && index[prefix] == '_' &&
		strcmp(index + length - strlen("_idx"), "_idx") == 0)
		base = pnstrdup(index + prefix + 1, length - prefix - strlen("__idx"));
	for (char *c = base; *c != '\0'; c++)
		if (strchr(NAME_CHARACTERS, *c) == NULL)
			*c = '_';
	if (strlen(base) < 3)
		base = psprintf("%s_index", base);

	name = base;
	for (int n = 2;; n++)
	{
		bool		taken = false;
		ListCell   *cell;

		foreach(cell, rows)
			taken |= strcmp(((DynIndexRow *) lfirst(cell))->name, name) == 0;
		if (!taken)
			return name;
		name = psprintf("%s_%d", base, n);
	}
}
