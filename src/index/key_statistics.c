/*-------------------------------------------------------------------------
 *
 * key_statistics.c
 *	  Makes statistics of the attributes that keys are made of.
 *
 *		CREATE STATISTICS "Music_Genre_stat" (ndistinct)
 *			ON (item['Genre']), dynamo.text_or_null(item['Genre']) FROM "Music"
 *
 * Postgres keeps no statistics of the expression of a partial index that its
 * estimates would use, and those of index_key(item, ...) would say nothing of
 * one attribute.  So the attributes get their own, in the two forms in which
 * statements compare them: estimates know an expression only by being the
 * same.  The second form is the cast, as a function that never raises: ANALYZE
 * must not fail because an item has something else there.
 * planner_statistics.c lets the planner take the one for the other.  (An
 * object of two expressions must be of some kind; ndistinct is the one that
 * costs least.)
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "index/key_statistics.h"
#include "index/planner.h"
#include "schema/key_expressions.h"

static List *attributes_with_statistics(Relation relation);
static bool has_statistics(List *names, const DynKeyAttribute *attribute);
static void create_statistics(Relation relation, const char *item, const DynKeyAttribute *attribute);
static char *free_name(const char *table, const char *attribute, Oid schema);
static Node *attribute_expression(const char *item, const DynKeyAttribute *attribute);
static StatsElem *element(Node *expression);

void
dyn_key_statistics_create(Oid relid, const DynKeySchema *key_schema)
{
	Relation	relation = table_open(relid, ShareUpdateExclusiveLock);
	DynKeyCheck check;

	if (dyn_relation_key_check(relation, &check) &&
		dyn_schema_aclcheck(RelationGetNamespace(relation), GetUserId(), ACL_CREATE) == ACLCHECK_OK)
	{
		List	   *known = attributes_with_statistics(relation);
		const char *item = get_attname(relid, check.item_attnum, false);

		for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
			if (!has_statistics(known, &key_schema->attributes[i]))
				create_statistics(relation, item, &key_schema->attributes[i]);
	}
	table_close(relation, NoLock);
}

/* The names of the attributes whose values there are statistics of; List of text *. */
static List *
attributes_with_statistics(Relation relation)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, RelationGetStatExtList(relation))
	{
		HeapTuple	tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(cell)));
		Datum		expressions;
		bool		isnull;
		ListCell   *expression;

		if (!HeapTupleIsValid(tuple))
			continue;
		expressions = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxexprs, &isnull);
		if (!isnull)
			foreach(expression, (List *) stringToNode(TextDatumGetCString(expressions)))
			{
				SubscriptingRef *reference = lfirst(expression);

				if (IsA(reference, SubscriptingRef) && list_length(reference->refupperindexpr) == 1 &&
					IsA(linitial(reference->refupperindexpr), Const) &&
					((Const *) linitial(reference->refupperindexpr))->consttype == TEXTOID &&
					!((Const *) linitial(reference->refupperindexpr))->constisnull)
					names = lappend(names, DatumGetTextPP(((Const *) linitial(reference->refupperindexpr))->constvalue));
			}
		ReleaseSysCache(tuple);
	}
	return names;
}

static bool
has_statistics(List *names, const DynKeyAttribute *attribute)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		text	   *name = lfirst(cell);

		if (VARSIZE_ANY_EXHDR(name) == attribute->name_length &&
			memcmp(VARDATA_ANY(name), attribute->name, attribute->name_length) == 0)
			return true;
	}
	return false;
}

static void
create_statistics(Relation relation, const char *item, const DynKeyAttribute *attribute)
{
	CreateStatsStmt *statement = makeNode(CreateStatsStmt);
	PlannedStmt *wrapper = makeNode(PlannedStmt);
	char	   *schema = get_namespace_name(RelationGetNamespace(relation));
	char	   *table = RelationGetRelationName(relation);

	statement->defnames = list_make2(makeString(schema),
									 makeString(free_name(table, attribute->name, RelationGetNamespace(relation))));
	statement->stat_types = list_make1(makeString("ndistinct"));
	statement->exprs = list_make2(element(attribute_expression(item, attribute)),
								  element(dyn_key_statistics_cast(attribute_expression(item, attribute), attribute->tag)));
	statement->relations = list_make1(makeRangeVar(schema, pstrdup(table), -1));

	wrapper->commandType = CMD_UTILITY;
	wrapper->utilityStmt = (Node *) statement;
	PushActiveSnapshot(GetTransactionSnapshot());
	ProcessUtility(wrapper, "CREATE STATISTICS by dynamo", false, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver, NULL);
	PopActiveSnapshot();
	CommandCounterIncrement();
}

Node *
dyn_key_statistics_cast(Node *attribute, DynTag tag)
{
	const char *function = tag == DYN_TAG_S ? "text_or_null" : tag == DYN_TAG_N ? "number_or_null" : "bytes_or_null";

	return (Node *) makeFuncCall(list_make2(makeString("dynamo"), makeString(pstrdup(function))), list_make1(attribute),
								 COERCE_EXPLICIT_CALL, -1);
}

/* TABLE_ATTRIBUTE_stat, or with a number after it. */
static char *
free_name(const char *table, const char *attribute, Oid schema)
{
	char		label[NAMEDATALEN] = "stat";
	char	   *name;

	for (int n = 1;; n++)
	{
		name = makeObjectName(table, attribute, label);
		if (!SearchSysCacheExists2(STATEXTNAMENSP, CStringGetDatum(name), ObjectIdGetDatum(schema)))
			return name;
		snprintf(label, sizeof(label), "stat%d", n);
	}
}

/* item['Genre'] */
static Node *
attribute_expression(const char *item, const DynKeyAttribute *attribute)
{
	A_Indirection *expression = makeNode(A_Indirection);
	A_Indices  *subscript = makeNode(A_Indices);
	A_Const    *name = makeNode(A_Const);
	ColumnRef  *column = makeNode(ColumnRef);

	name->val.sval.type = T_String;
	name->val.sval.sval = pstrdup(attribute->name);
	name->location = -1;
	subscript->uidx = (Node *) name;
	column->fields = list_make1(makeString(pstrdup(item)));
	column->location = -1;
	expression->arg = (Node *) column;
	expression->indirection = list_make1(subscript);
	return (Node *) expression;
}

static StatsElem *
element(Node *expression)
{
	StatsElem  *element = makeNode(StatsElem);

	element->expr = expression;
	return element;
}
