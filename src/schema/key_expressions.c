/*-------------------------------------------------------------------------
 *
 * key_expressions.c
 *	  Reading key schemas from CHECK constraints and index expressions.
 *
 * The expressions have the shapes
 *
 *		dynamo.key_matches(key, item, 'Artist S', 'SongTitle S')
 *		dynamo.index_key(item, 'Genre S', 'AlbumTitle S')
 *		dynamo.indexable(item, 'Genre S', 'AlbumTitle S')
 *		dynamo.expires_at(item, 'ttl')
 *
 * and are recognised in their node trees: a call of the function, its first
 * arguments columns, the others constant texts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "schema/key_expressions.h"

static bool read_call(Node *expression, const char *function, int ncolumns, AttrNumber *columns,
					  DynKeySchema *schema);
static bool is_function(Oid function_oid, const char *name);

bool
dyn_relation_key_check(Relation relation, DynKeyCheck *check)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	bool		found = false;

	if (constraints == NULL)
		return false;

	for (int i = 0; i < constraints->num_check; i++)
	{
		ConstrCheck *constraint = &constraints->check[i];
		AttrNumber	columns[2];
		DynKeySchema schema;

		if (found && !constraint->ccvalid)
			continue;
		if (!read_call(stringToNode(constraint->ccbin), "key_matches", 2, columns, &schema))
			continue;

		check->key_schema = schema;
		check->key_attnum = columns[0];
		check->item_attnum = columns[1];
		check->constraint_name = pstrdup(constraint->ccname);
		check->valid = constraint->ccvalid;
		check->enforced = dyn_check_is_enforced(constraint);
		if (check->valid)
			return true;
		found = true;
	}
	return found;
}

List *
dyn_relation_indexable_checks(Relation relation, AttrNumber item_attnum)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	List	   *schemas = NIL;

	for (int i = 0; constraints != NULL && i < constraints->num_check; i++)
	{
		ConstrCheck *constraint = &constraints->check[i];
		DynKeySchema *schema = palloc(sizeof(DynKeySchema));
		AttrNumber	column;

		if (constraint->ccvalid &&
			read_call(stringToNode(constraint->ccbin), "indexable", 1, &column, schema) &&
			column == item_attnum)
			schemas = lappend(schemas, schema);
	}
	return schemas;
}

bool
dyn_index_key_schema(Relation index, AttrNumber item_attnum, DynKeySchema *schema)
{
	AttrNumber	column;

	if (index->rd_rel->relam != BTREE_AM_OID || index->rd_index->indkey.values[0] != 0)
		return false;
	if (!read_call(linitial(RelationGetIndexExpressions(index)), "index_key", 1, &column, schema))
		return false;
	return item_attnum == InvalidAttrNumber || column == item_attnum;
}

char *
dyn_index_expiry_attribute(Relation index, AttrNumber item_attnum)
{
	FuncExpr   *call;
	Var		   *column;
	Const	   *attribute;
	List	   *predicate;

	if (index->rd_rel->relam != BTREE_AM_OID || index->rd_index->indnatts != 1 ||
		index->rd_index->indkey.values[0] != 0)
		return NULL;
	call = linitial(RelationGetIndexExpressions(index));
	if (!IsA(call, FuncExpr) || !is_function(call->funcid, "expires_at"))
		return NULL;
	column = linitial(call->args);
	attribute = lsecond(call->args);
	if (!IsA(column, Var) || column->varattno != item_attnum || !IsA(attribute, Const) || attribute->constisnull)
		return NULL;

	predicate = RelationGetIndexPredicate(index);
	if (predicate != NIL)
	{
		NullTest   *test = linitial(predicate);

		if (list_length(predicate) != 1 || !IsA(test, NullTest) || test->nulltesttype != IS_NOT_NULL ||
			!equal(test->arg, call))
			return NULL;
	}
	return TextDatumGetCString(attribute->constvalue);
}

/*
 * Read a call of a function of ours: columns first, then the texts of a key
 * schema.  Returns false where the expression is something else.
 */
static bool
read_call(Node *expression, const char *function, int ncolumns, AttrNumber *columns, DynKeySchema *schema)
{
	FuncExpr   *call = (FuncExpr *) expression;
	const char *specs[DYN_MAX_KEY_ATTRIBUTES];
	int			nspecs = 0;
	ListCell   *cell;

	if (!IsA(expression, FuncExpr) || !is_function(call->funcid, function))
		return false;

	foreach(cell, call->args)
	{
		Node	   *argument = lfirst(cell);
		int			position = foreach_current_index(cell);

		if (position < ncolumns)
		{
			Var		   *column = (Var *) argument;

			if (!IsA(argument, Var) || column->varattno <= 0)
				return false;
			columns[position] = column->varattno;
		}
		else
		{
			Const	   *spec = (Const *) argument;

			if (!IsA(argument, Const) || spec->constisnull || spec->consttype != TEXTOID ||
				nspecs == DYN_MAX_KEY_ATTRIBUTES)
				return false;
			specs[nspecs++] = TextDatumGetCString(spec->constvalue);
		}
	}
	if (nspecs == 0)
		return false;
	dyn_key_schema_parse(nspecs, specs, schema);
	return true;
}

/* Is this the C function of that name in our schema? */
static bool
is_function(Oid function_oid, const char *name)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function_oid));
	Form_pg_proc function;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	function = (Form_pg_proc) GETSTRUCT(tuple);
	result = function->prolang == ClanguageId &&
		strcmp(NameStr(function->proname), name) == 0 &&
		function->pronamespace == get_namespace_oid("dynamo", true);
	ReleaseSysCache(tuple);
	return result;
}
