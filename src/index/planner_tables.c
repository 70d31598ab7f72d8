/*-------------------------------------------------------------------------
 *
 * planner_tables.c
 *	  Which indexes of a relation hold which items; cached with the relation.
 *
 * Other than schema/table.h this asks no more of a table than the planner
 * must know: a table whose trigger is gone is still read by its indexes.  The
 * primary key serves where the CHECK of the key is valid; a secondary index
 * is one on index_key(item, ...), without other conditions.
 *
 * Entries are dropped with their relation.  What callers get is a copy,
 * because planning looks into catalogs, which may drop an entry any time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opfamily.h"
#include "utils/catcache.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "index/planner.h"
#include "item/key.h"
#include "item/number.h"
#include "schema/table_build.h"

#define MAX_ENTRIES		1024

typedef struct Entry
{
	Oid			relid;			/* hash key */
	MemoryContext context;		/* holds the table; NULL where there is none */
	DynPlannedTable *table;
} Entry;

static HTAB *entries = NULL;

/* Counts the invalidations that may concern what is being looked up. */
static uint64 changes = 0;

/* The operator family of dynamo.key, as far as it is known. */
static Oid	key_family = InvalidOid;
static bool key_family_known = false;

static void relation_changed(Datum argument, Oid relid);
static void family_changed(Datum argument, int cache, uint32 hash);
static DynPlannedTable *look(Relation relation);
static void add_index(DynPlannedTable *table, Oid oid, const DynKeySchema *key_schema, bool primary, bool complete);
static void note_key_attributes(DynPlannedIndex *index, const DynKeySchema *primary);
static bool is_primary(Oid index);
static DynPlannedTable *copy_table(const DynPlannedTable *from);
static void forget_all(void);

void
dyn_planned_tables_init(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(OPFAMILYOID, family_changed, (Datum) 0);
}

bool
dyn_planned_may_be_item_table(const RelOptInfo *rel)
{
	ListCell   *cell;

	if (!key_family_known)
	{
		key_family_known = true;
		key_family = GetSysCacheOid3(OPFAMILYAMNAMENSP, Anum_pg_opfamily_oid, ObjectIdGetDatum(BTREE_AM_OID),
									 CStringGetDatum("key_ops"), ObjectIdGetDatum(get_namespace_oid("dynamo", true)));
	}
	foreach(cell, rel->indexlist)
	{
		const IndexOptInfo *index = lfirst(cell);

		if (index->nkeycolumns > 0 && index->opfamily[0] == key_family)
			return OidIsValid(key_family);
	}
	return false;
}

DynPlannedTable *
dyn_planned_table(Oid relid)
{
	Entry	   *entry;
	Relation	relation;
	MemoryContext context;
	MemoryContext caller;
	DynPlannedTable *table;
	uint64		before;

	if (entries != NULL && (entry = hash_search(entries, &relid, HASH_FIND, NULL)) != NULL)
		return copy_table(entry->table);

	before = changes;
	relation = table_open(relid, NoLock);
	table = look(relation);
	table_close(relation, NoLock);
	if (before != changes)
		return table;

	if (entries == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Entry)};

		if (CacheMemoryContext == NULL)
			CreateCacheMemoryContext();
		control.hcxt = CacheMemoryContext;
		entries = hash_create("dynamo indexes of tables", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	if (hash_get_num_entries(entries) >= MAX_ENTRIES)
		forget_all();

	context = AllocSetContextCreate(CurrentMemoryContext, "dynamo indexes of a table", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	entry = hash_search(entries, &relid, HASH_ENTER, NULL);
	entry->context = NULL;
	entry->table = NULL;
	PG_TRY();
	{
		entry->table = copy_table(table);
	}
	PG_CATCH();
	{
		(void) hash_search(entries, &relid, HASH_REMOVE, NULL);
		PG_RE_THROW();
	}
	PG_END_TRY();
	MemoryContextSetParent(context, CacheMemoryContext);
	entry->context = context;
	MemoryContextSwitchTo(caller);
	return table;
}

/* Find what the indexes of a relation hold; NULL where there is none. */
static DynPlannedTable *
look(Relation relation)
{
	DynTableParts parts;
	DynPlannedTable *table;
	List	   *checked;
	ListCell   *cell;

	dyn_table_look(relation, &parts);
	if (!parts.has_check)
		return NULL;

	table = palloc0(sizeof(DynPlannedTable));
	table->item_attnum = parts.check.item_attnum;
	table->indexes = palloc0(sizeof(DynPlannedIndex) * (list_length(parts.key_indexes) + 1));

	/* a primary key, because then the column is NOT NULL, too */
	if (parts.check.valid && OidIsValid(parts.primary_key) && is_primary(parts.primary_key))
		add_index(table, parts.primary_key, &parts.check.key_schema, true, true);

	checked = dyn_relation_indexable_checks(relation, table->item_attnum);
	foreach(cell, parts.key_indexes)
	{
		const DynKeyIndex *index = lfirst(cell);
		bool		complete = false;
		ListCell   *check;

		foreach(check, checked)
			complete = complete || dyn_key_schema_equal(lfirst(check), &index->key_schema);
		add_index(table, index->oid, &index->key_schema, false, complete);
	}
	if (table->nindexes > 0 && table->indexes[0].primary)
		for (int i = 1; i < table->nindexes; i++)
			note_key_attributes(&table->indexes[i], &table->indexes[0].key_schema);
	return table->nindexes > 0 ? table : NULL;
}

/* Which attributes of an index have all items, because they are of the table's key? */
static void
note_key_attributes(DynPlannedIndex *index, const DynKeySchema *primary)
{
	for (int i = 0; i < dyn_key_schema_count(&index->key_schema); i++)
	{
		const DynKeyAttribute *attribute = &index->key_schema.attributes[i];

		for (int j = 0; j < dyn_key_schema_count(primary); j++)
		{
			const DynKeyAttribute *of_key = &primary->attributes[j];

			if (attribute->tag != of_key->tag || attribute->name_length != of_key->name_length ||
				memcmp(attribute->name, of_key->name, of_key->name_length) != 0)
				continue;
			if (of_key->tag == DYN_TAG_N)
				index->key_bytes[i] = DYN_MAX_NUMBER_BYTES;
			else
				index->key_bytes[i] = j < primary->nhash ? DYN_MAX_HASH_VALUE_BYTES : DYN_MAX_RANGE_VALUE_BYTES;
		}
	}
}

static void
add_index(DynPlannedTable *table, Oid oid, const DynKeySchema *key_schema, bool primary, bool complete)
{
	DynPlannedIndex *index = &table->indexes[table->nindexes++];

	index->oid = oid;
	index->key_schema = *key_schema;
	index->primary = primary;
	index->complete = complete;
}

static bool
is_primary(Oid index)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool		primary;

	if (!HeapTupleIsValid(tuple))
		return false;
	primary = ((Form_pg_index) GETSTRUCT(tuple))->indisprimary;
	ReleaseSysCache(tuple);
	return primary;
}

/* Copy into the current context. */
static DynPlannedTable *
copy_table(const DynPlannedTable *from)
{
	DynPlannedTable *to;

	if (from == NULL)
		return NULL;
	to = palloc(sizeof(DynPlannedTable));
	*to = *from;
	to->indexes = palloc(sizeof(DynPlannedIndex) * from->nindexes);
	for (int i = 0; i < from->nindexes; i++)
	{
		DynKeySchema *schema = &to->indexes[i].key_schema;

		to->indexes[i] = from->indexes[i];
		for (int j = 0; j < dyn_key_schema_count(schema); j++)
			schema->attributes[j].name = pnstrdup(schema->attributes[j].name, schema->attributes[j].name_length);
	}
	return to;
}

/* ---- invalidation ---- */

static void
forget(Entry *entry)
{
	if (entry->context != NULL)
		MemoryContextDelete(entry->context);
	(void) hash_search(entries, &entry->relid, HASH_REMOVE, NULL);
}

static void
forget_all(void)
{
	HASH_SEQ_STATUS status;
	Entry	   *entry;

	hash_seq_init(&status, entries);
	while ((entry = hash_seq_search(&status)) != NULL)
		forget(entry);
}

static void
relation_changed(Datum argument, Oid relid)
{
	Entry	   *entry;

	changes++;
	if (entries == NULL)
		return;
	if (!OidIsValid(relid))
		forget_all();
	else if ((entry = hash_search(entries, &relid, HASH_FIND, NULL)) != NULL)
		forget(entry);
}

static void
family_changed(Datum argument, int cache, uint32 hash)
{
	key_family_known = false;
}
