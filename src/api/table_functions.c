/*-------------------------------------------------------------------------
 *
 * table_functions.c
 *	  Operations on tables as SQL functions with typed arguments.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "api/dispatch.h"
#include "base/compat.h"
#include "engine/index_build.h"
#include "engine/table_operations.h"

PG_FUNCTION_INFO_V1(dynamo_create_table);
PG_FUNCTION_INFO_V1(dynamo_describe_table);
PG_FUNCTION_INFO_V1(dynamo_delete_table);
PG_FUNCTION_INFO_V1(dynamo_register_table);
PG_FUNCTION_INFO_V1(dynamo_build_indexes);

static void read_key_schema(ArrayType *array, CreateTableRequest *request);
static Datum run_by_name(FunctionCallInfo fcinfo, const char *operation);

/* dynamo.create_table(table_name text, VARIADIC key_schema text[]) → regclass */
Datum
dynamo_create_table(PG_FUNCTION_ARGS)
{
	MemoryContext context = dyn_operation_context(fcinfo->flinfo);
	MemoryContext caller = MemoryContextSwitchTo(context);
	CreateTableRequest request = {0};
	DynTableDescription description;
	Oid			relid;

	request.table_name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	request.billing_mode = DYN_BILLING_PAY_PER_REQUEST;
	read_key_schema(PG_GETARG_ARRAYTYPE_P(1), &request);
	dyn_create_table(&request, &description);
	relid = description.row.relation;

	MemoryContextSwitchTo(caller);
	MemoryContextReset(context);
	PG_RETURN_OID(relid);
}

/* dynamo.describe_table(table_name text) → json */
Datum
dynamo_describe_table(PG_FUNCTION_ARGS)
{
	return run_by_name(fcinfo, "DescribeTable");
}

/* dynamo.delete_table(table_name text) → json */
Datum
dynamo_delete_table(PG_FUNCTION_ARGS)
{
	return run_by_name(fcinfo, "DeleteTable");
}

/* dynamo.register_table(relation regclass, name text DEFAULT NULL) → text */
Datum
dynamo_register_table(PG_FUNCTION_ARGS)
{
	const char *name;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = dyn_register_table(PG_GETARG_OID(0), PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)));
	PG_RETURN_TEXT_P(cstring_to_text(name));
}

/* dynamo.build_indexes(table_name text) → int4 */
Datum
dynamo_build_indexes(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(dyn_build_indexes(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* Take a key schema's texts apart into what a request would say. */
static void
read_key_schema(ArrayType *array, CreateTableRequest *request)
{
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	const char **specs;
	DynKeySchema schema;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	specs = palloc(sizeof(char *) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("an attribute of a key schema must not be null"),
					 errhint("Name an attribute and its type, such as 'Artist S'.")));
		specs[i] = TextDatumGetCString(elements[i]);
	}
	dyn_key_schema_parse(count, specs, &schema);

	count = dyn_key_schema_count(&schema);
	request->n_attribute_definitions = count;
	request->attribute_definitions = palloc0(sizeof(DynAttributeDefinition) * count);
	request->key_schema.nelements = count;
	request->key_schema.elements = palloc0(sizeof(DynKeySchemaElement) * count);
	for (int i = 0; i < count; i++)
	{
		request->attribute_definitions[i].name = schema.attributes[i].name;
		request->attribute_definitions[i].type = schema.attributes[i].tag;
		request->key_schema.elements[i].name = schema.attributes[i].name;
		request->key_schema.elements[i].range = i >= schema.nhash;
	}
}

/* Run an operation whose request names a table and nothing else. */
static Datum
run_by_name(FunctionCallInfo fcinfo, const char *operation)
{
	MemoryContext context = dyn_operation_context(fcinfo->flinfo);
	MemoryContext caller = MemoryContextSwitchTo(context);
	text	   *argument = PG_GETARG_TEXT_PP(0);
	const char *name = VARDATA_ANY(argument);
	size_t		length = VARSIZE_ANY_EXHDR(argument);
	StringInfoData request;
	StringInfoData response;
	text	   *result;

	initStringInfo(&request);
	initStringInfo(&response);
	if (length > 0 && name[0] == '{')
		appendBinaryStringInfo(&request, name, length);
	else
	{
		DynJsonWriter writer = {.out = &request};

		dyn_json_object_begin(&writer);
		dyn_json_name(&writer, "TableName");
		dyn_json_put_raw(&writer);
		dyn_json_write_string(&request, name, length);
		dyn_json_object_end(&writer);
	}
	dyn_operation_run(dyn_operation_find(operation, strlen(operation)), request.data, request.len, &response);

	MemoryContextSwitchTo(caller);
	result = cstring_to_text_with_len(response.data, response.len);
	MemoryContextReset(context);
	PG_RETURN_TEXT_P(result);
}
