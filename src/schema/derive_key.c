/*-------------------------------------------------------------------------
 *
 * derive_key.c
 *	  The trigger of item tables: makes the key of an inserted item, and
 *	  refuses items that the service would.
 *
 *		CREATE TRIGGER derive_key BEFORE INSERT ON "Music" FOR EACH ROW
 *			EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
 *
 * A key that the statement names is left alone: the CHECK says whether it is
 * the right one.  Values of keys are always checked, those of the table and
 * those of its secondary indexes; the size of the item is a limit that
 * dynamo.enforce_limits lifts.
 *
 * What to check is kept for each table, because finding it out means opening
 * all indexes; it is forgotten with the relation's cache entry, and when
 * DynamoDB's catalog changes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/error.h"
#include "base/settings.h"
#include "item/key.h"
#include "schema/catalog.h"
#include "schema/key_expressions.h"

/*
 * A secondary index: its key schema, and what messages call it.  One that is
 * not registered is called by the name of the relation, which may change
 * without the table's notice.
 */
typedef struct IndexRule
{
	DynKeySchema key_schema;
	const char *name;			/* DynamoDB's, or NULL */
	Oid			index;			/* where name is NULL */
} IndexRule;

/* What an inserted row must obey. */
typedef struct Rules
{
	Oid			relid;			/* hash key */
	Oid			trigger;		/* the one whose arguments key_schema is */
	MemoryContext context;		/* holds what is below; NULL if not known */
	bool		stale;
	DynKeySchema key_schema;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
	int			nindexes;
	IndexRule  *indexes;
} Rules;

static HTAB *all_rules = NULL;

/* The rules that are being made or obeyed: an invalidation must leave them. */
static Rules *current = NULL;

static void check_call(FunctionCallInfo fcinfo);
static Rules *rules_of(TriggerData *call);
static void make_rules(TriggerData *call, Rules *rules);
static void read_check(Relation relation, const DynKeySchema *schema, Rules *rules);
static void find_indexes(Relation relation, Rules *rules);
static bool is_known(const Rules *rules, const DynKeySchema *key_schema);
static void check_item(const Rules *rules, const DynValue *item);
static void relation_changed(Datum argument, Oid relid);
static void forget_unless_current(Rules *rules);
static void forget(Rules *rules);

PG_FUNCTION_INFO_V1(dynamo_derive_key);
Datum
dynamo_derive_key(PG_FUNCTION_ARGS)
{
	TriggerData *call = (TriggerData *) fcinfo->context;
	HeapTuple	tuple;
	TupleDesc	descriptor;
	Rules	   *rules;
	Datum		item;
	Datum		key;
	DynValue	view;
	DynKeyFault fault;
	struct varlena *made;
	bool		isnull;

	check_call(fcinfo);
	tuple = call->tg_trigtuple;
	descriptor = RelationGetDescr(call->tg_relation);
	rules = rules_of(call);

	item = heap_getattr(tuple, rules->item_attnum, descriptor, &isnull);
	if (isnull)
		return PointerGetDatum(tuple);	/* NOT NULL says what is wrong */

	view = dyn_item_view(item);
	made = dyn_key_make(&rules->key_schema, &view, &fault);
	if (made == NULL)
		dyn_key_raise(&rules->key_schema, &fault, NULL);
	check_item(rules, &view);

	(void) heap_getattr(tuple, rules->key_attnum, descriptor, &isnull);
	if (isnull)
	{
		int			column = rules->key_attnum;

		isnull = false;
		key = PointerGetDatum(made);
		tuple = heap_modify_tuple_by_cols(tuple, descriptor, 1, &column, &key, &isnull);
	}
	current = NULL;
	return PointerGetDatum(tuple);
}

/* Raise unless the function was called as it must be. */
static void
check_call(FunctionCallInfo fcinfo)
{
	TriggerData *call = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(call->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(call->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(call->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called as a trigger BEFORE INSERT FOR EACH ROW", "dynamo.derive_key"),
				 errhint("CREATE TRIGGER derive_key BEFORE INSERT ON ... FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S').")));
}

/* Find the rules of the table of a call, and make them where they are not known. */
static Rules *
rules_of(TriggerData *call)
{
	Oid			relid = RelationGetRelid(call->tg_relation);
	bool		found;

	if (all_rules == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Rules), .hcxt = CacheMemoryContext};

		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
		all_rules = hash_create("dynamo rules of INSERT", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}

	current = hash_search(all_rules, &relid, HASH_ENTER, &found);
	if (!found)
		current->context = NULL;
	if (current->context != NULL && !current->stale && current->trigger == call->tg_trigger->tgoid)
		return current;

	forget(current);
	make_rules(call, current);
	return current;
}

/*
 * Make the rules of the table of a call.  An invalidation that arrives
 * meanwhile makes them stale at once: they serve this call only.
 */
static void
make_rules(TriggerData *call, Rules *rules)
{
	Trigger    *trigger = call->tg_trigger;
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "dynamo rules of INSERT", ALLOCSET_SMALL_SIZES);
	DynKeySchema schema;

	rules->trigger = trigger->tgoid;
	rules->stale = false;
	MemoryContextSwitchTo(context);
	dyn_key_schema_parse(trigger->tgnargs, (const char *const *) trigger->tgargs, &schema);
	read_check(call->tg_relation, &schema, rules);
	find_indexes(call->tg_relation, rules);
	MemoryContextSwitchTo(caller);

	/* Made without an error: keep them. */
	MemoryContextSetParent(context, CacheMemoryContext);
	rules->context = context;
}

/*
 * Read key schema and columns from the table's CHECK.  A table without it, or
 * with one that is about another key, is refused: what the trigger fills must
 * be proven.
 */
static void
read_check(Relation relation, const DynKeySchema *schema, Rules *rules)
{
	DynKeyCheck check;
	char	   *table = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												   RelationGetRelationName(relation));

	if (!dyn_relation_key_check(relation, &check))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("item table \"%s\" has no constraint that proves its keys", RelationGetRelationName(relation)),
				 errhint("Run: ALTER TABLE %s ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, %s));",
						 table, dyn_key_schema_text(schema))));
	if (!dyn_key_schema_equal(&check.key_schema, schema))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("trigger and constraint \"%s\" of item table \"%s\" have different key schemas",
						check.constraint_name, RelationGetRelationName(relation)),
				 errdetail("The trigger's key schema is %s; the constraint's is %s.",
						   dyn_key_schema_text(schema), dyn_key_schema_text(&check.key_schema)),
				 errhint("Run: CREATE OR REPLACE TRIGGER derive_key BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key(%s);",
						 table, dyn_key_schema_text(&check.key_schema))));
	rules->key_schema = check.key_schema;
	rules->key_attnum = check.key_attnum;
	rules->item_attnum = check.item_attnum;
}

/*
 * Find the secondary indexes: those that DynamoDB knows of, which may still
 * be being built, and others of the relation that look like one.
 */
static void
find_indexes(Relation relation, Rules *rules)
{
	List	   *oids = RelationGetIndexList(relation);
	List	   *registered = NIL;
	DynTableRow table;
	ListCell   *cell;

	if (dyn_catalog_find_relation(RelationGetRelid(relation), &table))
		registered = dyn_catalog_indexes(table.name);

	rules->nindexes = 0;
	rules->indexes = palloc(sizeof(IndexRule) * Max(list_length(registered) + list_length(oids), 1));
	foreach(cell, registered)
	{
		DynIndexRow *row = lfirst(cell);
		IndexRule  *rule = &rules->indexes[rules->nindexes++];

		rule->key_schema = row->key_schema;
		rule->name = row->name;
		rule->index = InvalidOid;
	}
	foreach(cell, oids)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		IndexRule  *rule = &rules->indexes[rules->nindexes];

		if (dyn_index_key_schema(index, rules->item_attnum, &rule->key_schema) &&
			!is_known(rules, &rule->key_schema))
		{
			rule->name = NULL;
			rule->index = RelationGetRelid(index);
			rules->nindexes++;
		}
		index_close(index, AccessShareLock);
	}
}

/* Is there an index of that key schema among the rules? */
static bool
is_known(const Rules *rules, const DynKeySchema *key_schema)
{
	for (int i = 0; i < rules->nindexes; i++)
		if (dyn_key_schema_equal(&rules->indexes[i].key_schema, key_schema))
			return true;
	return false;
}

/* Raise where the service would refuse an item, besides for the table's key. */
static void
check_item(const Rules *rules, const DynValue *item)
{
	for (int i = 0; i < rules->nindexes; i++)
	{
		const IndexRule *rule = &rules->indexes[i];
		DynKeyFault fault;

		if (!dyn_key_may_be_indexed(&rule->key_schema, item, &fault))
			dyn_key_raise(&rule->key_schema, &fault, rule->name != NULL ? rule->name : get_rel_name(rule->index));
	}

	if (dyn_enforce_limits)
	{
		Size		size = dyn_item_size(item);

		if (size > DYN_MAX_ITEM_BYTES)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Item size has exceeded the maximum allowed size"),
					 errdetail("The item has %zu bytes; %d are allowed.", size, DYN_MAX_ITEM_BYTES),
					 errhint("Keep large values outside the item, or set dynamo.enforce_limits to off.")));
	}
}

/* Forget the rules of a relation, or all of them. */
static void
relation_changed(Datum argument, Oid relid)
{
	HASH_SEQ_STATUS status;
	Rules	   *rules;

	if (OidIsValid(relid) && relid != dyn_catalog_tables_oid && relid != dyn_catalog_indexes_oid)
	{
		rules = hash_search(all_rules, &relid, HASH_FIND, NULL);
		if (rules != NULL)
			forget_unless_current(rules);
		return;
	}
	hash_seq_init(&status, all_rules);
	while ((rules = hash_seq_search(&status)) != NULL)
		forget_unless_current(rules);
}

static void
forget_unless_current(Rules *rules)
{
	if (rules == current)
		rules->stale = true;
	else
	{
		forget(rules);
		(void) hash_search(all_rules, &rules->relid, HASH_REMOVE, NULL);
	}
}

static void
forget(Rules *rules)
{
	if (rules->context != NULL)
		MemoryContextDelete(rules->context);
	rules->context = NULL;
}
