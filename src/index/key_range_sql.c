/*-------------------------------------------------------------------------
 *
 * key_range_sql.c
 *	  Bounds of ranges of keys as SQL functions.
 *
 * Queries that Postgres plans are made of them (api/query_rows.c).  Values
 * and names may be more than the key condition uses: they are those of all
 * expressions of a request, which has been checked as a whole.  A side that
 * is open has a bound, too, which is beyond all keys: "key < NULL" is never
 * true.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "base/error.h"
#include "index/key_range.h"

static bool query_range(FunctionCallInfo fcinfo, DynKeyRange *range);
static void read_key_schema(ArrayType *array, DynKeySchema *schema);
static void segment_range(FunctionCallInfo fcinfo, DynKeyRange *range);
static struct varlena *beyond(bool all);

PG_FUNCTION_INFO_V1(dynamo_query_start);
PG_FUNCTION_INFO_V1(dynamo_query_end);
PG_FUNCTION_INFO_V1(dynamo_segment_start);
PG_FUNCTION_INFO_V1(dynamo_segment_end);

/* query_start(key_condition text, values dynamo.item, names jsonb, VARIADIC key_schema text[]) → dynamo.key */
Datum
dynamo_query_start(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	if (!query_range(fcinfo, &range))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(range.lower);
}

/* query_end, with the same arguments → dynamo.key */
Datum
dynamo_query_end(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	if (!query_range(fcinfo, &range))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(range.upper);
}

/* Make the range of a key condition; false where an argument that must be there is NULL. */
static bool
query_range(FunctionCallInfo fcinfo, DynKeyRange *range)
{
	text	   *string;
	const DynExpression *expression;
	DynKeySchema schema;
	DynValue	values;
	bool		has_values = !PG_ARGISNULL(1);
	DynNames   *names = PG_ARGISNULL(2) ? NULL : dyn_names_from_jsonb(PG_GETARG_DATUM(2));
	DynKeyClauses clauses;
	DynKeyCondition condition;
	DynKeyFault fault;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		return false;
	read_key_schema(PG_GETARG_ARRAYTYPE_P(3), &schema);
	if (has_values)
		values = dyn_item_view(PG_GETARG_DATUM(1));

	string = PG_GETARG_TEXT_PP(0);
	expression = dyn_expression_compile(DYN_EXPR_KEY_CONDITION, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	dyn_key_clauses_from_expression(dyn_binder_bind(dyn_binder_begin(names, has_values ? &values : NULL), expression),
									&clauses);
	dyn_key_condition_make(&clauses, &schema, &condition);
	if (!dyn_key_range_of_condition(&condition, &schema, range, &fault))
		dyn_key_raise(&schema, &fault, NULL);
	dyn_expression_release(expression);
	return true;
}

static void
read_key_schema(ArrayType *array, DynKeySchema *schema)
{
	const char *specs[DYN_MAX_KEY_ATTRIBUTES];
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (i == DYN_MAX_KEY_ATTRIBUTES || nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a key schema is a list of at most %d texts", DYN_MAX_KEY_ATTRIBUTES),
					 errhint("Write it as 'Artist S', 'SongTitle S'.")));
		specs[i] = TextDatumGetCString(elements[i]);
	}
	dyn_key_schema_parse(count, specs, schema);
}

/* segment_start(segment int, total_segments int) → dynamo.key */
Datum
dynamo_segment_start(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	segment_range(fcinfo, &range);
	PG_RETURN_POINTER(range.lower != NULL ? range.lower : beyond(false));
}

/* segment_end(segment int, total_segments int) → dynamo.key */
Datum
dynamo_segment_end(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	segment_range(fcinfo, &range);
	PG_RETURN_POINTER(range.upper != NULL ? range.upper : beyond(true));
}

/* Make the range of a segment; without one it is everything. */
static void
segment_range(FunctionCallInfo fcinfo, DynKeyRange *range)
{
	int32		segment;
	int32		total;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
	{
		dyn_key_range_of_all(range);
		return;
	}
	segment = PG_GETARG_INT32(0);
	total = PG_GETARG_INT32(1);
	if (total < 1 || total > DYN_MAX_SEGMENTS || segment < 0 || segment >= total)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d",
						segment, total),
				 errhint("Segments of one parallel Scan are 0 to TotalSegments - 1, of at most %d.", DYN_MAX_SEGMENTS)));
	dyn_key_range_of_segment(segment, total, range);
}

/* A bound that is beyond all keys, which begin with a hash and the tag of a partition; or before them. */
static struct varlena *
beyond(bool all)
{
	uint32		length = all ? DYN_KEY_HASH_BYTES + 1 : 0;
	struct varlena *bound = palloc(VARHDRSZ + length);

	SET_VARSIZE(bound, VARHDRSZ + length);
	memset(VARDATA(bound), 0xFF, length);
	return bound;
}
