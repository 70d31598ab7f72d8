/*-------------------------------------------------------------------------
 *
 * explain.c
 *	  dynamo.explain_partiql: which way a statement takes to its items, why,
 *	  and what it costs.
 *
 * A SELECT is done to know what its first page costs, which is what
 * ExecuteStatement would charge for it; a page has 1 MB at most.  Where a scan
 * goes on after it, what all of it costs is estimated by the size of the
 * table.  Statements that write are only planned.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/settings.h"
#include "index/relation.h"
#include "partiql/partiql.h"

/* The columns of the result. */
enum
{
	ACCESS_PATH,
	TABLE_NAME,
	INDEX_NAME,
	REASON,
	RANGES,
	FILTERED,
	READ_UNITS,
	MORE_PAGES,
	TOTAL_READ_UNITS,
	NCOLUMNS
};

typedef struct Explanation
{
	Datum		values[NCOLUMNS];
	bool		nulls[NCOLUMNS];
} Explanation;

static const DynValue *read_parameters(ArrayType *array, int *count);
static void explain_write(const DynPartiqlPrepared *prepared, Explanation *explanation);
static void explain_select(const DynPartiqlPrepared *prepared, Explanation *explanation);
static char *reason_for_key(const DynTable *table);
static char *reason_for_ranges(const DynPartiqlPrepared *prepared, const DynKeySchema *schema,
							   const DynPartiqlPlan *plan);
static char *reason_for_scan(const DynPartiqlPrepared *prepared, const DynTable *table, const DynKeySchema *schema);
static const DynIndex *find_better_index(const DynPartiqlPrepared *prepared, const DynTable *table);
static double units_of_all(Relation relation);
static void measure(const DynPartiqlPrepared *prepared, double of_all, Explanation *explanation);
static void ignore_item(void *arg, const DynValue *item);

PG_FUNCTION_INFO_V1(dynamo_explain_partiql);

static void
set(Explanation *explanation, int column, Datum value)
{
	explanation->values[column] = value;
	explanation->nulls[column] = false;
}

/* explain_partiql(statement text, VARIADIC parameters dynamo.value[]) → record */
Datum
dynamo_explain_partiql(PG_FUNCTION_ARGS)
{
	text	   *statement = PG_GETARG_TEXT_PP(0);
	DynPartiqlPrepared prepared;
	Explanation explanation = {0};
	TupleDesc	columns;
	int			nparameters;
	const DynValue *parameters = read_parameters(PG_GETARG_ARRAYTYPE_P(1), &nparameters);

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "explain_partiql must return a row");
	memset(explanation.nulls, true, sizeof(explanation.nulls));
	dyn_partiql_prepare(VARDATA_ANY(statement), VARSIZE_ANY_EXHDR(statement), nparameters, parameters, &prepared);
	set(&explanation, TABLE_NAME, PointerGetDatum(cstring_to_text_with_len(prepared.table_name.data, prepared.table_name.length)));
	if (prepared.index_name != NULL)
		set(&explanation, INDEX_NAME, PointerGetDatum(cstring_to_text_with_len(prepared.index_name, prepared.index_name_length)));

	if (prepared.input.statement->verb == PARTIQL_SELECT)
		explain_select(&prepared, &explanation);
	else
		explain_write(&prepared, &explanation);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), explanation.values, explanation.nulls)));
}

static const DynValue *
read_parameters(ArrayType *array, int *count)
{
	int16		length;
	bool		by_value;
	char		alignment;
	Datum	   *elements;
	bool	   *nulls;
	DynValue   *parameters;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &elements, &nulls, count);
	parameters = palloc(sizeof(DynValue) * (*count + 1));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("parameters of PartiQL cannot be NULL"),
					 errhint("The value null of DynamoDB is '{\"NULL\": true}'.")));
		parameters[i] = dyn_value_view(elements[i]);
	}
	return parameters;
}

static void
explain_write(const DynPartiqlPrepared *prepared, Explanation *explanation)
{
	static const char *const paths[] = {
		[PARTIQL_INSERT] = "PutItem",
		[PARTIQL_UPDATE] = "UpdateItem",
		[PARTIQL_DELETE] = "DeleteItem",
		[PARTIQL_EXISTS] = "ConditionCheck",
	};
	DynPartiqlVerb verb = prepared->input.statement->verb;
	DynRelation relation;
	DynPartiqlWrite write;

	if (prepared->index_name != NULL)
		dyn_partiql_refuse_index();
	dyn_relation_open("ExecuteStatement", prepared->table_name.data, prepared->table_name.length,
					  ACL_SELECT, AccessShareLock, &relation);
	dyn_partiql_plan_prepared_write(prepared, relation.table, &write);
	set(explanation, ACCESS_PATH, CStringGetTextDatum(paths[verb]));
	set(explanation, REASON, CStringGetTextDatum(verb == PARTIQL_INSERT ?
												 "The item that is inserted has its key." : reason_for_key(relation.table)));
	dyn_relation_close(&relation);
}

static void
explain_select(const DynPartiqlPrepared *prepared, Explanation *explanation)
{
	static const char *const paths[] = {
		[PARTIQL_BY_KEY] = "GetItem",
		[PARTIQL_BY_RANGES] = "Query",
		[PARTIQL_BY_SCAN] = "Scan",
	};
	DynRelation relation;
	const DynIndex *index;
	const DynKeySchema *schema;
	DynPartiqlPlan plan;
	char	   *reason;
	double		of_all = -1;

	dyn_relation_open("ExecuteStatement", prepared->table_name.data, prepared->table_name.length,
					  ACL_SELECT, AccessShareLock, &relation);
	dyn_partiql_plan_prepared(prepared, relation.table, false, &index, &plan);
	schema = index != NULL ? &index->key_schema : &relation.table->key_schema;
	if (plan.access == PARTIQL_BY_KEY)
		reason = reason_for_key(relation.table);
	else if (plan.access == PARTIQL_BY_RANGES)
		reason = reason_for_ranges(prepared, schema, &plan);
	else
	{
		reason = reason_for_scan(prepared, relation.table, schema);
		of_all = units_of_all(relation.relation);
	}
	dyn_relation_close(&relation);

	set(explanation, ACCESS_PATH, CStringGetTextDatum(paths[plan.access]));
	set(explanation, REASON, CStringGetTextDatum(reason));
	set(explanation, FILTERED, BoolGetDatum(plan.filter != NULL));
	if (plan.access == PARTIQL_BY_RANGES)
		set(explanation, RANGES, Int32GetDatum(plan.nranges));
	if (plan.access != PARTIQL_BY_SCAN || dyn_partiql_scans)
		measure(prepared, of_all, explanation);
}

static char *
reason_for_key(const DynTable *table)
{
	return psprintf("The WHERE clause compares each attribute of the key with one value: %s.",
					dyn_key_schema_text(&table->key_schema));
}

static char *
reason_for_ranges(const DynPartiqlPrepared *prepared, const DynKeySchema *schema, const DynPartiqlPlan *plan)
{
	int			npartitions = dyn_partiql_count_partitions(dyn_partiql_key_branches(prepared->where, schema));

	return psprintf("The WHERE clause names %d %s of the partition key %s, and so %d %s of keys.",
					npartitions, npartitions == 1 ? "value" : "values", schema->attributes[0].name,
					plan->nranges, plan->nranges == 1 ? "range" : "ranges");
}

static char *
reason_for_scan(const DynPartiqlPrepared *prepared, const DynTable *table, const DynKeySchema *schema)
{
	const DynIndex *better = find_better_index(prepared, table);
	StringInfoData reason;

	initStringInfo(&reason);
	if (prepared->where == NULL)
		appendStringInfoString(&reason, "There is no WHERE clause.");
	else
		appendStringInfo(&reason, "The WHERE clause does not compare the partition key %s with =, or with IN, in each of its alternatives.",
						 schema->attributes[0].name);
	if (better != NULL)
		appendStringInfo(&reason, " It names values of %s: SELECT ... FROM \"%s\".\"%s\" would be a Query.",
						 better->key_schema.attributes[0].name, table->name, better->name);
	if (!dyn_partiql_scans)
		appendStringInfoString(&reason, " It is refused while dynamo.partiql_scans is off.");
	return reason.data;
}

/* Find an index whose partitions the WHERE clause names. */
static const DynIndex *
find_better_index(const DynPartiqlPrepared *prepared, const DynTable *table)
{
	for (int i = 0; i < table->nindexes && prepared->where != NULL; i++)
	{
		const DynIndex *index = &table->indexes[i];

		if (index->status == DYN_INDEX_ACTIVE && index->key_schema.nhash == 1 && index->key_schema.nrange <= 1 &&
			dyn_partiql_count_partitions(dyn_partiql_key_branches(prepared->where, &index->key_schema)) >= 0)
			return index;
	}
	return NULL;
}

/* Half a unit for 4 kB; -1: not known. */
static double
units_of_all(Relation relation)
{
	if (!RELKIND_HAS_STORAGE(relation->rd_rel->relkind))
		return -1;
	return RelationGetNumberOfBlocks(relation) * (BLCKSZ / 8192.0);
}

static void
measure(const DynPartiqlPrepared *prepared, double of_all, Explanation *explanation)
{
	ExecuteStatementRequest request = {
		.prepared = prepared,
		.return_consumed_capacity = DYN_CAPACITY_TOTAL,
		.receive = ignore_item,
	};
	ExecuteStatementResponse response;

	dyn_execute_select(&request, &response);
	set(explanation, READ_UNITS, Float8GetDatum(response.consumed_capacity.total));
	set(explanation, MORE_PAGES, BoolGetDatum(response.next_token != NULL));
	if (response.next_token == NULL)
		of_all = response.consumed_capacity.total;
	if (of_all >= 0)
		set(explanation, TOTAL_READ_UNITS, Float8GetDatum(Max(of_all, response.consumed_capacity.total)));
}

static void
ignore_item(void *arg, const DynValue *item)
{
}
