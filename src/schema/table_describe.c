/*-------------------------------------------------------------------------
 *
 * table_describe.c
 *	  Makes the description of an item table from what Postgres and
 *	  dynamo.tables know of it.
 *
 * Whether a table can be trusted is decided here: its key must be derived for
 * every INSERT and proven for every row, so a table without its CHECK, its
 * trigger or its unique index is refused, with the statement that repairs it.
 * Partitioned tables and partitions have no trigger: an INSERT names the key
 * there, because a row is routed before triggers run.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "schema/catalog.h"
#include "schema/key_expressions.h"
#include "schema/streams.h"
#include "schema/table_build.h"

pg_noreturn static void raise_without_check(Relation relation, const DynTableParts *parts);
pg_noreturn static void raise_invalid_check(Relation relation, const DynKeyCheck *check);
pg_noreturn static void raise_without_primary_key(Relation relation, const DynTableParts *parts);
static void check_trigger(Relation relation, const DynTableParts *parts);
static void look_at_trigger(Relation relation, DynTableParts *parts);
static void look_at_indexes(Relation relation, DynTableParts *parts);
static void copy_schema(DynKeySchema *to, const DynKeySchema *from);
static void describe_index(DynIndex *index, const DynIndexRow *row, List *key_indexes);
static bool may_be_direct(Relation relation, const DynTableParts *parts, const DynTable *table);
static int	count_indexable_checks(Relation relation, const DynTable *table);

void
dyn_table_build(Relation relation, DynTable *table, MemoryContext context)
{
	DynTableParts parts;
	DynTableRow row;
	DynStreamRow stream;
	List	   *rows = NIL;
	ListCell   *cell;
	MemoryContext old;

	if (!dyn_is_item_table(RelationGetRelid(relation)))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not an item table", RelationGetRelationName(relation)),
				 errdetail("An item table has a column of type dynamo.key and one of type dynamo.item."),
				 errhint("Make item tables with dynamo.create_table.")));
	dyn_table_look(relation, &parts);
	if (!parts.has_check)
		raise_without_check(relation, &parts);
	if (!parts.check.valid)
		raise_invalid_check(relation, &parts.check);
	if (parts.needs_trigger)
		check_trigger(relation, &parts);
	if (!OidIsValid(parts.primary_key))
		raise_without_primary_key(relation, &parts);

	table->registered = dyn_catalog_find_relation(RelationGetRelid(relation), &row);
	if (table->registered)
		rows = dyn_catalog_indexes(row.name);

	old = MemoryContextSwitchTo(context);
	table->relid = RelationGetRelid(relation);
	table->name = pstrdup(table->registered ? row.name : RelationGetRelationName(relation));
	copy_schema(&table->key_schema, &parts.check.key_schema);
	table->key_attnum = parts.check.key_attnum;
	table->item_attnum = parts.check.item_attnum;
	table->primary_key = parts.primary_key;
	table->nindexes = list_length(rows);
	table->indexes = palloc0(sizeof(DynIndex) * Max(table->nindexes, 1));
	foreach(cell, rows)
		describe_index(&table->indexes[foreach_current_index(cell)], lfirst(cell), parts.key_indexes);
	MemoryContextSwitchTo(old);
	table->direct = may_be_direct(relation, &parts, table);

	if (dyn_streams_find_live(table->relid, &stream))
	{
		table->creating = table->registered && stream.with_table && stream.status == DYN_STREAM_ENABLING;
		table->streaming = stream.status == DYN_STREAM_ENABLED;
	}
}

void
dyn_table_look(Relation relation, DynTableParts *parts)
{
	memset(parts, 0, sizeof(DynTableParts));
	parts->has_check = dyn_relation_key_check(relation, &parts->check);
	parts->needs_trigger = relation->rd_rel->relkind == RELKIND_RELATION && !relation->rd_rel->relispartition;
	look_at_trigger(relation, parts);
	if (parts->has_check)
		look_at_indexes(relation, parts);
}

/* The relation's name as SQL text that means it everywhere. */
char *
dyn_relation_quoted_name(Relation relation)
{
	return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
									  RelationGetRelationName(relation));
}

/* "'Artist S', 'SongTitle S'", quoted as SQL. */
char *
dyn_key_schema_literals(const DynKeySchema *schema)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
						 quote_literal_cstr(dyn_key_schema_spec(schema, i)));
	return text.data;
}

/* The trigger may still know what the CHECK said. */
static void
raise_without_check(Relation relation, const DynTableParts *parts)
{
	char	   *specs = "'PARTITION_KEY S'";

	if (dyn_key_schema_count(&parts->derived_schema) > 0)
		specs = dyn_key_schema_literals(&parts->derived_schema);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("item table \"%s\" has no key schema", RelationGetRelationName(relation)),
			 errdetail("Its key schema is what its constraint CHECK (dynamo.key_matches(key, item, ...)) says."),
			 errhint("Run: ALTER TABLE %s ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, %s));",
					 dyn_relation_quoted_name(relation), specs)));
}

/* What is not enforced cannot be validated, but made anew. */
static void
raise_invalid_check(Relation relation, const DynKeyCheck *check)
{
	Oid			relid = RelationGetRelid(relation);
	const char *table = dyn_relation_quoted_name(relation);
	const char *name = quote_identifier(check->constraint_name);
	const char *repair = psprintf("VALIDATE CONSTRAINT %s", name);

	if (!check->enforced)
		repair = psprintf("DROP CONSTRAINT %s, ADD CONSTRAINT %s CHECK (dynamo.key_matches(%s, %s, %s))", name, name,
						  quote_identifier(get_attname(relid, check->key_attnum, false)),
						  quote_identifier(get_attname(relid, check->item_attnum, false)),
						  dyn_key_schema_literals(&check->key_schema));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("constraint \"%s\" of item table \"%s\" is not valid",
					check->constraint_name, RelationGetRelationName(relation)),
			 errdetail("Rows may have keys that are not those of their items."),
			 errhint("Run: ALTER TABLE %s %s;", table, repair)));
}

/* There may be a primary key that will not do, because it is deferrable, for example. */
static void
raise_without_primary_key(Relation relation, const DynTableParts *parts)
{
	const char *key = quote_identifier(get_attname(RelationGetRelid(relation), parts->check.key_attnum, false));
	char	   *drop = "";
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (index->rd_index->indisprimary)
			drop = psprintf("DROP CONSTRAINT %s, ", quote_identifier(RelationGetRelationName(index)));
		index_close(index, AccessShareLock);
	}
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("item table \"%s\" has no usable primary key", RelationGetRelationName(relation)),
			 errdetail("Operations need a valid unique index on the key, checked at once."),
			 errhint("Run: ALTER TABLE %s %sADD PRIMARY KEY (%s);", dyn_relation_quoted_name(relation), drop, key)));
}

/* Raise unless the trigger derive_key fills the key of every row that is inserted. */
static void
check_trigger(Relation relation, const DynTableParts *parts)
{
	const DynKeySchema *schema = &parts->check.key_schema;

	if (parts->trigger_name == NULL || !parts->trigger_fits ||
		!dyn_key_schema_equal(&parts->derived_schema, schema))
	{
		char	   *drop = parts->trigger_name == NULL ? "" :
			psprintf("DROP TRIGGER %s ON %s; ", quote_identifier(parts->trigger_name), dyn_relation_quoted_name(relation));

		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 parts->trigger_name == NULL ?
				 errmsg("item table \"%s\" has no trigger derive_key", RelationGetRelationName(relation)) :
				 errmsg("trigger \"%s\" of item table \"%s\" does not derive its key",
						parts->trigger_name, RelationGetRelationName(relation)),
				 errdetail("The trigger must run before every INSERT, for each row, with the key schema %s.",
						   dyn_key_schema_literals(schema)),
				 errhint("Run: %sCREATE TRIGGER derive_key BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key(%s);",
						 drop, dyn_relation_quoted_name(relation), dyn_key_schema_literals(schema))));
	}
	if (!parts->trigger_enabled)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("trigger \"%s\" of item table \"%s\" is disabled",
						parts->trigger_name, RelationGetRelationName(relation)),
				 errhint("Run: ALTER TABLE %s ENABLE TRIGGER %s;",
						 dyn_relation_quoted_name(relation), quote_identifier(parts->trigger_name))));
}

/*
 * Find the first trigger that calls dynamo.derive_key.  What is known of it
 * is copied, because any look into a catalog may replace trigdesc.
 */
static void
look_at_trigger(Relation relation, DynTableParts *parts)
{
	Oid			function = LookupFuncName(list_make2(makeString("dynamo"), makeString("derive_key")), 0, NULL, true);
	const TriggerDesc *triggers = relation->trigdesc;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgfoid != function)
			continue;
		parts->trigger_name = pstrdup(trigger->tgname);
		parts->trigger_enabled = trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN ||
			trigger->tgenabled == TRIGGER_FIRES_ALWAYS;
		parts->trigger_fits = TRIGGER_FOR_ROW(trigger->tgtype) && TRIGGER_FOR_BEFORE(trigger->tgtype) &&
			TRIGGER_FOR_INSERT(trigger->tgtype) && trigger->tgqual == NULL;
		if (trigger->tgnargs > 0 && trigger->tgnargs <= DYN_MAX_KEY_ATTRIBUTES)
			dyn_key_schema_parse(trigger->tgnargs, (const char *const *) trigger->tgargs, &parts->derived_schema);
		return;
	}
}

/* Is this a unique index on the key and nothing else, which every INSERT meets at once? */
static bool
is_primary_key(Relation index, AttrNumber key_attnum)
{
	Form_pg_index form = index->rd_index;

	return index->rd_rel->relam == BTREE_AM_OID &&
		form->indisunique && form->indimmediate && form->indisvalid && form->indisready &&
		form->indnkeyatts == 1 && form->indkey.values[0] == key_attnum &&
		RelationGetIndexPredicate(index) == NIL;
}

/*
 * Does this index hold every item that has the attributes, in the order of
 * index_key(item, ...) and then of the table's key?
 */
static bool
is_key_index(Relation index, const DynKeyCheck *check, DynKeySchema *schema)
{
	Form_pg_index form = index->rd_index;
	List	   *predicate;
	NullTest   *test;

	if (!form->indisvalid || !form->indisready ||
		form->indnkeyatts != 2 || form->indkey.values[1] != check->key_attnum ||
		!dyn_index_key_schema(index, check->item_attnum, schema))
		return false;

	predicate = RelationGetIndexPredicate(index);
	if (predicate == NIL)
		return true;
	test = linitial(predicate);
	return list_length(predicate) == 1 && IsA(test, NullTest) && test->nulltesttype == IS_NOT_NULL &&
		equal(test->arg, linitial(RelationGetIndexExpressions(index)));
}

static void
look_at_indexes(Relation relation, DynTableParts *parts)
{
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		DynKeySchema key_schema;

		if (index->rd_index->indisexclusion || !index->rd_index->indimmediate)
			parts->special_index = true;
		if (is_primary_key(index, parts->check.key_attnum) &&
			(!OidIsValid(parts->primary_key) || index->rd_index->indisprimary))
			parts->primary_key = RelationGetRelid(index);
		if (is_key_index(index, &parts->check, &key_schema))
		{
			DynKeyIndex *key_index = palloc(sizeof(DynKeyIndex));

			key_index->oid = RelationGetRelid(index);
			key_index->key_schema = key_schema;
			parts->key_indexes = lappend(parts->key_indexes, key_index);
		}
		index_close(index, AccessShareLock);
	}
}

/* Copy a key schema into the current context. */
static void
copy_schema(DynKeySchema *to, const DynKeySchema *from)
{
	*to = *from;
	for (int i = 0; i < dyn_key_schema_count(to); i++)
		to->attributes[i].name = pnstrdup(from->attributes[i].name, from->attributes[i].name_length);
}

/* Describe an index in the current context; two indexes of one key schema share the Postgres index. */
static void
describe_index(DynIndex *index, const DynIndexRow *row, List *key_indexes)
{
	ListCell   *cell;

	index->name = pstrdup(row->name);
	index->kind = row->kind;
	copy_schema(&index->key_schema, &row->key_schema);
	index->projection = row->projection;
	index->n_non_key_attributes = row->n_non_key_attributes;
	index->non_key_attributes = palloc(sizeof(char *) * Max(row->n_non_key_attributes, 1));
	for (int i = 0; i < row->n_non_key_attributes; i++)
		index->non_key_attributes[i] = pstrdup(row->non_key_attributes[i]);
	index->index_oid = InvalidOid;
	foreach(cell, key_indexes)
	{
		const DynKeyIndex *key_index = lfirst(cell);

		if (dyn_key_schema_equal(&key_index->key_schema, &row->key_schema))
		{
			index->index_oid = key_index->oid;
			break;
		}
	}

	/* What is to be built can be valid already: it is read once its row says so. */
	index->status = row->status;
	if (row->status == DYN_INDEX_ACTIVE && !OidIsValid(index->index_oid))
		index->status = DYN_INDEX_CREATING;
}

/*
 * May operations bypass the executor?  An allow-list: whatever is not known
 * to be harmless makes the answer no.
 */
static bool
may_be_direct(Relation relation, const DynTableParts *parts, const DynTable *table)
{
	Form_pg_class form = relation->rd_rel;
	TupleDesc	descriptor = RelationGetDescr(relation);

	if (form->relkind != RELKIND_RELATION || form->relispartition || form->relhassubclass || form->relhasrules)
		return false;
	if (form->relam != HEAP_TABLE_AM_OID && form->relam != get_table_am_oid("dynamo", true))
		return false;

	if (descriptor->natts != 2)
		return false;
	for (int i = 0; i < 2; i++)
	{
		Form_pg_attribute column = TupleDescAttr(descriptor, i);

		if (column->attisdropped || !column->attnotnull || column->attgenerated != '\0' || column->attidentity != '\0')
			return false;
	}

	/* check_trigger found derive_key to be one of them. */
	if (relation->trigdesc == NULL || relation->trigdesc->numtriggers != 1)
		return false;

	return !parts->special_index &&
		descriptor->constr->num_check == 1 + count_indexable_checks(relation, table);
}

/* Count the CHECKs that ask of items what operations ask, too, for the table's indexes. */
static int
count_indexable_checks(Relation relation, const DynTable *table)
{
	int			count = 0;
	ListCell   *cell;

	foreach(cell, dyn_relation_indexable_checks(relation, table->item_attnum))
	{
		for (int i = 0; i < table->nindexes; i++)
			if (dyn_key_schema_equal(lfirst(cell), &table->indexes[i].key_schema))
			{
				count++;
				break;
			}
	}
	return count;
}
