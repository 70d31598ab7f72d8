/*-------------------------------------------------------------------------
 *
 * index_ddl.c
 *	  Builds the parse trees of the DDL of secondary indexes and expiry indexes
 *	  and runs them.
 *
 *		CREATE INDEX ON "Music" (dynamo.index_key(item, 'Genre S', 'AlbumTitle S'), key)
 *			WHERE dynamo.index_key(item, 'Genre S', 'AlbumTitle S') IS NOT NULL;
<<<<<<< HEAD
 *		CREATE STATISTICS (ndistinct) ON (item['Genre']), dynamo.text_or_null(item['Genre'])
 *			FROM "Music";
=======
 *		CREATE STATISTICS ON (item['Genre']) FROM "Music";
 *
 *		CREATE INDEX ON "Music" (dynamo.expires_at(item, 'ttl'))
 *			WHERE dynamo.expires_at(item, 'ttl') IS NOT NULL;
 *
 * The statistics are on values, not on their texts or numbers, as those of
 * index/key_statistics.c are: a table that is there may hold items of other
 * types, at which a cast would raise and stop ANALYZE.
>>>>>>> ac0485f (wip)
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "engine/index_ddl.h"
#include "engine/table_ddl.h"
#include "index/key_statistics.h"
#include "schema/catalog.h"
#include "schema/key_expressions.h"

/* How statistics that we made are told from a user's. */
#define STATISTICS_COMMENT	"made by dynamo for a secondary index"

static bool is_index_on(Relation index, const DynTable *table, DynIndexSubject subject);
static IndexStmt *make_create_index(const DynTable *table, const char *name, DynIndexSubject subject);
static Node *make_subject(DynIndexSubject subject, const char *item_column);
static DropStmt *make_drop_index(Oid index);
static void run_at_top_level(Node *statement, const char *what);
static Oid	find_statistics(const DynTable *table, const char *attribute, bool only_ours);
static bool is_attribute(Node *expression, AttrNumber item_attnum, const char *attribute);

/* ---- indexes ---- */

List *
dyn_key_indexes(Relation relation, const DynTable *table, DynIndexSubject subject)
{
	Relation	catalog = table_open(IndexRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *oids = NIL;
	List	   *found = NIL;
	ListCell   *cell;

	/* The relation's own list lacks those whose dropping was interrupted. */
	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationGetRelid(relation)));
	scan = systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
		oids = lappend_oid(oids, ((Form_pg_index) GETSTRUCT(tuple))->indexrelid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	foreach(cell, oids)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		Form_pg_index form = index->rd_index;

		if (is_index_on(index, table, subject))
		{
			DynKeyIndexState *state = palloc(sizeof(DynKeyIndexState));

			state->oid = RelationGetRelid(index);
			state->valid = form->indisvalid && form->indisready && form->indislive;
			state->plain = !form->indisunique && !form->indisexclusion && !form->indisreplident &&
				!OidIsValid(get_index_constraint(state->oid));
			found = lappend(found, state);
		}
		index_close(index, AccessShareLock);
	}
	return found;
}

static bool
is_index_on(Relation index, const DynTable *table, DynIndexSubject subject)
{
	DynKeySchema schema;
	char	   *attribute;

	if (subject.expiry != NULL)
	{
		attribute = dyn_index_expiry_attribute(index, table->item_attnum);
		return attribute != NULL && strcmp(attribute, subject.expiry) == 0;
	}
	return index->rd_index->indnkeyatts == 2 && index->rd_index->indkey.values[1] == table->key_attnum &&
		dyn_index_key_schema(index, table->item_attnum, &schema) &&
		dyn_key_schema_equal(&schema, subject.key_schema);
}

bool
dyn_has_valid_index(List *states)
{
	ListCell   *cell;

	foreach(cell, states)
		if (((const DynKeyIndexState *) lfirst(cell))->valid)
			return true;
	return false;
}

void
dyn_ddl_create_index(const DynTable *table, const char *name, DynIndexSubject subject)
{
	dyn_ddl_run((Node *) make_create_index(table, name, subject), "CREATE INDEX by dynamo");
}

void
dyn_ddl_drop_index(Oid index)
{
	dyn_ddl_run((Node *) make_drop_index(index), "DROP INDEX by dynamo");
}

void
dyn_ddl_create_index_concurrently(Oid relid, const char *name, DynIndexSubject subject)
{
	Relation	relation;
	IndexStmt  *statement;

	StartTransactionCommand();

	/* The statement outlives this transaction: it is made where a portal would keep it. */
	MemoryContextSwitchTo(PortalContext);
	relation = table_open(relid, AccessShareLock);
	statement = make_create_index(dyn_table_describe(relation), name, subject);
	table_close(relation, AccessShareLock);
	statement->concurrent = true;
	run_at_top_level((Node *) statement, "CREATE INDEX CONCURRENTLY by dynamo");
}

void
dyn_ddl_drop_index_concurrently(Oid index)
{
	DropStmt   *statement;

	StartTransactionCommand();
	MemoryContextSwitchTo(PortalContext);
	statement = make_drop_index(index);
	statement->concurrent = true;
	run_at_top_level((Node *) statement, "DROP INDEX CONCURRENTLY by dynamo");
}

/*
 * Run a statement that makes transactions of its own, in a transaction that
 * has done nothing yet, and end the last one.  It has a portal, as one of a
 * client has: event triggers look for that.
 */
static void
run_at_top_level(Node *statement, const char *what)
{
	PlannedStmt *wrapper = makeNode(PlannedStmt);
	Portal		portal = CreatePortal("", true, true);

	wrapper->commandType = CMD_UTILITY;
	wrapper->canSetTag = true;
	wrapper->utilityStmt = statement;
	portal->visible = false;
	PortalDefineQuery(portal, NULL, what, CreateCommandTag(statement), list_make1(wrapper), NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	(void) dyn_portal_run_all(portal, None_Receiver);
	PortalDrop(portal, false);
	CommitTransactionCommand();
}

static IndexStmt *
make_create_index(const DynTable *table, const char *name, DynIndexSubject subject)
{
	IndexStmt  *statement = makeNode(IndexStmt);
	IndexElem  *first = makeNode(IndexElem);
	NullTest   *predicate = makeNode(NullTest);
	const char *item_column = get_attname(table->relid, table->item_attnum, false);

	first->expr = make_subject(subject, item_column);
	first->ordering = SORTBY_DEFAULT;
	first->nulls_ordering = SORTBY_NULLS_DEFAULT;
	statement->indexParams = list_make1(first);

	/* The table's key tells items of equal index keys apart, and travels in cursors. */
	if (subject.key_schema != NULL)
	{
		IndexElem  *key = makeNode(IndexElem);

		key->name = get_attname(table->relid, table->key_attnum, false);
		key->ordering = SORTBY_DEFAULT;
		key->nulls_ordering = SORTBY_NULLS_DEFAULT;
		statement->indexParams = lappend(statement->indexParams, key);
	}

	predicate->arg = (Expr *) make_subject(subject, item_column);
	predicate->nulltesttype = IS_NOT_NULL;
	predicate->location = -1;

	statement->idxname = ChooseRelationName(get_rel_name(table->relid), name, "idx", get_rel_namespace(table->relid), false);
	statement->relation = dyn_ddl_range_var(table->relid);
	statement->accessMethod = "btree";
	statement->whereClause = (Node *) predicate;
	return statement;
}

/* dynamo.index_key(item, 'Genre S', ...) or dynamo.expires_at(item, 'ttl') */
static Node *
make_subject(DynIndexSubject subject, const char *item_column)
{
	List	   *columns = list_make1(dyn_ddl_column(item_column));

	return subject.expiry != NULL ?
		dyn_ddl_call("expires_at", lappend(columns, dyn_ddl_text(subject.expiry))) :
		dyn_ddl_key_call("index_key", columns, subject.key_schema);
}

static DropStmt *
make_drop_index(Oid index)
{
	DropStmt   *statement = makeNode(DropStmt);

	statement->removeType = OBJECT_INDEX;
	statement->behavior = DROP_RESTRICT;
	statement->objects = list_make1(list_make2(makeString(get_namespace_name(get_rel_namespace(index))),
											   makeString(get_rel_name(index))));
	return statement;
}

/* ---- statistics ---- */

/* item['Genre'] */
static Node *
make_subscript(const char *item_column, const char *attribute)
{
	A_Indirection *indirection = makeNode(A_Indirection);
	A_Indices  *subscript = makeNode(A_Indices);
	A_Const    *name = makeNode(A_Const);

	name->val.sval.type = T_String;
	name->val.sval.sval = pstrdup(attribute);
	name->location = -1;
	subscript->uidx = (Node *) name;
	indirection->arg = dyn_ddl_column(item_column);
	indirection->indirection = list_make1(subscript);
	return (Node *) indirection;
}

void
dyn_ddl_create_statistics(const DynTable *table, const DynKeySchema *key_schema)
{
	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
	{
		const char *attribute = key_schema->attributes[i].name;
		CreateStatsStmt *statement;
		StatsElem  *element;
		StatsElem  *cast;
		const char *item = get_attname(table->relid, table->item_attnum, false);

		if (OidIsValid(find_statistics(table, attribute, false)))
			continue;
		element = makeNode(StatsElem);
		element->expr = make_subscript(item, attribute);
		cast = makeNode(StatsElem);
		cast->expr = dyn_key_statistics_cast(make_subscript(item, attribute), key_schema->attributes[i].tag);
		statement = makeNode(CreateStatsStmt);
		statement->stat_types = list_make1(makeString("ndistinct"));
		statement->exprs = list_make2(element, cast);
		statement->relations = list_make1(dyn_ddl_range_var(table->relid));
		statement->stxcomment = STATISTICS_COMMENT;
		dyn_ddl_run((Node *) statement, "CREATE STATISTICS by dynamo");
	}
}

void
dyn_ddl_drop_statistics(const DynTable *table, const DynKeySchema *key_schema, List *others)
{
	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
	{
		const char *attribute = key_schema->attributes[i].name;
		bool		used = false;
		Oid			statistics;
		ListCell   *cell;

		foreach(cell, others)
		{
			const DynKeySchema *other = &((const DynIndexRow *) lfirst(cell))->key_schema;

			for (int j = 0; j < dyn_key_schema_count(other); j++)
				used |= strcmp(other->attributes[j].name, attribute) == 0;
		}
		if (used)
			continue;
		statistics = find_statistics(table, attribute, true);

		/* ALTER TABLE ... OWNER leaves them to the former owner; they do no harm. */
		if (OidIsValid(statistics) && dyn_statistics_ownercheck(statistics, GetUserId()))
		{
			HeapTuple	tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
			Form_pg_statistic_ext form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
			DropStmt   *statement = makeNode(DropStmt);

			statement->removeType = OBJECT_STATISTIC_EXT;
			statement->behavior = DROP_RESTRICT;
			statement->objects = list_make1(list_make2(makeString(get_namespace_name(form->stxnamespace)),
													   makeString(pstrdup(NameStr(form->stxname)))));
			ReleaseSysCache(tuple);
			dyn_ddl_run((Node *) statement, "DROP STATISTICS by dynamo");
		}
	}
}

/* The statistics on an attribute, or InvalidOid. */
static Oid
find_statistics(const DynTable *table, const char *attribute, bool only_ours)
{
	Relation	relation = table_open(table->relid, AccessShareLock);
	List	   *oids = RelationGetStatExtList(relation);
	Oid			found = InvalidOid;
	ListCell   *cell;

	table_close(relation, NoLock);
	foreach(cell, oids)
	{
		HeapTuple	tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(cell)));
		bool		isnull;
		Datum		expressions;

		if (!HeapTupleIsValid(tuple))
			continue;
		expressions = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxexprs, &isnull);
		if (!isnull)
		{
			const char *comment = GetComment(lfirst_oid(cell), StatisticExtRelationId, 0);
			bool		ours = comment != NULL && strcmp(comment, STATISTICS_COMMENT) == 0;
			ListCell   *expression;

			foreach(expression, (List *) stringToNode(TextDatumGetCString(expressions)))
				if (is_attribute(lfirst(expression), table->item_attnum, attribute) && (ours || !only_ours))
					found = lfirst_oid(cell);
		}
		ReleaseSysCache(tuple);
		if (OidIsValid(found))
			break;
	}
	return found;
}

/* Is it item['attribute']? */
static bool
is_attribute(Node *expression, AttrNumber item_attnum, const char *attribute)
{
	SubscriptingRef *reference = (SubscriptingRef *) expression;
	Const	   *name;

	if (!IsA(expression, SubscriptingRef) || !IsA(reference->refexpr, Var) ||
		((Var *) reference->refexpr)->varattno != item_attnum ||
		list_length(reference->refupperindexpr) != 1 || reference->reflowerindexpr != NIL)
		return false;
	name = linitial(reference->refupperindexpr);
	return IsA(name, Const) && name->consttype == TEXTOID && !name->constisnull &&
		strcmp(TextDatumGetCString(name->constvalue), attribute) == 0;
}
