/*-------------------------------------------------------------------------
 *
 * create_table_check.c
 *	  Checks a CreateTable request in the service's order and words, and
 *	  makes its key schemas.
 *
 * The shape of the request was checked before: names have legal lengths,
 * lists of keys are not empty, enums are what they should be.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/error.h"
#include "engine/table_operations.h"

#define INVALID_VALUES	"One or more parameter values were invalid: "

/*
 * Lists may be as long as a request; what is beyond a limit anyway is not
 * compared with everything else first.
 */
#define MANY_ELEMENTS	(2 * DYN_MAX_KEY_ATTRIBUTES)

static void check_billing(const CreateTableRequest *request);
static void check_definitions(const CreateTableRequest *request);
static void check_defined_once(const CreateTableRequest *request);
static void check_defined(const CreateTableRequest *request, const DynKeySchemaRequest *keys);
static void check_key_schema(const DynKeySchemaRequest *keys, bool multi_attribute);
static void check_local_index(const CreateTableRequest *request, const DynIndexRequest *index, List *before);
static void check_global_index(const CreateTableRequest *request, const DynIndexRequest *index, List *before);
static void check_all_used(const CreateTableRequest *request, const DynKeySchema *key_schema, List *indexes);
static DynIndexRow *make_index_row(const CreateTableRequest *request, const DynIndexRequest *index,
								   DynIndexKind kind, int position);
static void make_key_schema(const CreateTableRequest *request, const DynKeySchemaRequest *keys, DynKeySchema *schema);

/* Raise a ValidationException. */
pg_noreturn static void raise_invalid(const char *hint, const char *format,...) pg_attribute_printf(2, 3);

static void
raise_invalid(const char *hint, const char *format,...)
{
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list		arguments;
		int			needed;

		va_start(arguments, format);
		needed = appendStringInfoVA(&message, format, arguments);
		va_end(arguments);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", message.data),
			 errhint("%s", hint)));
}

void
dyn_create_table_check(const CreateTableRequest *request, DynKeySchema *key_schema, List **indexes)
{
	*indexes = NIL;

	check_billing(request);
	check_definitions(request);
	check_key_schema(&request->key_schema, false);
	if (!request->has_local_indexes && !request->has_global_indexes &&
		request->key_schema.nelements != request->n_attribute_definitions)
		raise_invalid("Define the attributes of the key and no others.",
					  INVALID_VALUES "Number of attributes in KeySchema does not exactly match "
					  "number of attributes defined in AttributeDefinitions");
	make_key_schema(request, &request->key_schema, key_schema);

	if (request->has_local_indexes && request->n_local_indexes == 0)
		raise_invalid("Leave LocalSecondaryIndexes out.", INVALID_VALUES "List of LocalSecondaryIndexes is empty");
	if (request->has_local_indexes && request->key_schema.nelements != 2)
		raise_invalid("Give the table a sort key, or use a global secondary index.",
					  INVALID_VALUES "Table KeySchema does not have a range key, "
					  "which is required when specifying a LocalSecondaryIndex");
	for (int i = 0; i < Min(request->n_local_indexes, DYN_MAX_LOCAL_INDEXES + 1); i++)
	{
		check_local_index(request, &request->local_indexes[i], *indexes);
		*indexes = lappend(*indexes, make_index_row(request, &request->local_indexes[i], DYN_INDEX_LOCAL, i));
	}
	if (request->n_local_indexes > DYN_MAX_LOCAL_INDEXES)
		raise_invalid("Use global secondary indexes for the others.",
					  INVALID_VALUES "Number of LocalSecondaryIndexes exceeds per-table limit of %d", DYN_MAX_LOCAL_INDEXES);

	if (request->has_global_indexes && request->n_global_indexes == 0)
		raise_invalid("Leave GlobalSecondaryIndexes out.", INVALID_VALUES "List of GlobalSecondaryIndexes is empty");
	for (int i = 0; i < Min(request->n_global_indexes, DYN_MAX_GLOBAL_INDEXES + 1); i++)
	{
		check_global_index(request, &request->global_indexes[i], *indexes);
		*indexes = lappend(*indexes, make_index_row(request, &request->global_indexes[i], DYN_INDEX_GLOBAL,
													request->n_local_indexes + i));
	}
	dyn_check_index_counts(*indexes);

	check_all_used(request, key_schema, *indexes);
}

DynIndexRow *
dyn_create_index_check(const CreateTableRequest *request, const DynIndexRequest *index, int position)
{
	check_defined_once(request);
	check_global_index(request, index, NIL);
	return make_index_row(request, index, DYN_INDEX_GLOBAL, position);
}

void
dyn_check_index_counts(List *indexes)
{
	int			nglobal = 0;
	int			projected = 0;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		const DynIndexRow *index = lfirst(cell);

		nglobal += index->kind == DYN_INDEX_GLOBAL;
		projected += index->n_non_key_attributes;
	}
	if (nglobal > DYN_MAX_GLOBAL_INDEXES)
		raise_invalid("Make fewer indexes.",
					  INVALID_VALUES "GlobalSecondaryIndex count exceeds the per-table limit of %d", DYN_MAX_GLOBAL_INDEXES);
	if (projected > DYN_MAX_PROJECTED_ATTRIBUTES)
		raise_invalid("Project ALL, or fewer attributes.",
					  INVALID_VALUES "Number of NonKeyAttributes of all indexes exceeds the per-table limit of %d",
					  DYN_MAX_PROJECTED_ATTRIBUTES);
}

/* ---- billing ---- */

void
dyn_check_capacity_units(const DynProvisionedThroughput *throughput, const char *index_name)
{
	const char *what = NULL;
	int64		value = 0;

	if (!throughput->present)
		return;
	if (throughput->read_capacity_units > DYN_MAX_CAPACITY_UNITS)
	{
		what = "ReadCapacityUnits";
		value = throughput->read_capacity_units;
	}
	else if (throughput->write_capacity_units > DYN_MAX_CAPACITY_UNITS)
	{
		what = "WriteCapacityUnits";
		value = throughput->write_capacity_units;
	}
	if (what != NULL)
		raise_invalid("Give a smaller number, or BillingMode PAY_PER_REQUEST.",
					  "Given value " INT64_FORMAT " for %s is out of bounds%s%s", value, what,
					  index_name != NULL ? " for index " : "", index_name != NULL ? index_name : "");
}

static void
check_maximum(bool present, int64 value, const char *member, bool or_remove)
{
	if (present && value < 1 && !(or_remove && value == -1))
		raise_invalid(or_remove ? "Give a positive number, or -1 for no maximum." : "Give a positive number, or leave it out.",
					  "1 validation error detected: Value '" INT64_FORMAT "' at 'onDemandThroughput.%s' failed to satisfy constraint: "
					  "Member must have value greater than or equal to 1", value, member);
}

void
dyn_check_on_demand(const DynOnDemandThroughput *throughput, bool or_remove)
{
	if (!throughput->present)
		return;
	check_maximum(throughput->has_max_read, throughput->max_read_request_units, "maxReadRequestUnits", or_remove);
	check_maximum(throughput->has_max_write, throughput->max_write_request_units, "maxWriteRequestUnits", or_remove);
}

static void
check_billing(const CreateTableRequest *request)
{
	if (request->billing_mode == DYN_BILLING_PAY_PER_REQUEST)
	{
		if (request->provisioned_throughput.present)
			raise_invalid("Leave ProvisionedThroughput out.",
						  INVALID_VALUES "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
						  "when BillingMode is PAY_PER_REQUEST");
	}
	else
	{
		if (!request->provisioned_throughput.present)
			raise_invalid("Give ProvisionedThroughput, or BillingMode PAY_PER_REQUEST.",
						  INVALID_VALUES "ReadCapacityUnits and WriteCapacityUnits must both be specified "
						  "when BillingMode is PROVISIONED");
		dyn_check_capacity_units(&request->provisioned_throughput, NULL);
		if (request->on_demand_throughput.present)
			raise_invalid("Leave OnDemandThroughput out, or give BillingMode PAY_PER_REQUEST.",
						  INVALID_VALUES "OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST");
	}
	dyn_check_on_demand(&request->on_demand_throughput, false);
}

/* ---- keys ---- */

/* The definition of an attribute, or NULL. */
static const DynAttributeDefinition *
find_definition(const CreateTableRequest *request, const char *name)
{
	for (int i = 0; i < request->n_attribute_definitions; i++)
		if (strcmp(request->attribute_definitions[i].name, name) == 0)
			return &request->attribute_definitions[i];
	return NULL;
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* "[Artist, Genre]": sorted, each name once. */
static char *
print_names(List *names)
{
	StringInfoData text;
	const char *last = NULL;
	ListCell   *cell;

	initStringInfo(&text);
	appendStringInfoChar(&text, '[');
	list_sort(names, compare_names);
	foreach(cell, names)
	{
		const char *name = lfirst(cell);

		if (last != NULL && strcmp(last, name) == 0)
			continue;
		appendStringInfo(&text, "%s%s", last != NULL ? ", " : "", name);
		last = name;
	}
	appendStringInfoChar(&text, ']');
	return text.data;
}

/* The names that are defined, unsorted. */
static List *
defined_names(const CreateTableRequest *request)
{
	List	   *names = NIL;

	for (int i = 0; i < request->n_attribute_definitions; i++)
		names = lappend(names, unconstify(char *, request->attribute_definitions[i].name));
	return names;
}

/* Check that no attribute is defined twice. */
static void
check_defined_once(const CreateTableRequest *request)
{
	List	   *names = defined_names(request);

	list_sort(names, compare_names);
	for (int i = 1; i < list_length(names); i++)
		if (strcmp(list_nth(names, i - 1), list_nth(names, i)) == 0)
			raise_invalid("Define every attribute once.",
						  INVALID_VALUES "AttributeDefinitions contains duplicates: %s", (char *) list_nth(names, i));
}

/* Check that the table's key is defined, and no attribute twice. */
static void
check_definitions(const CreateTableRequest *request)
{
	if (request->key_schema.nelements > request->n_attribute_definitions)
		raise_invalid("Define every attribute of the key in AttributeDefinitions.",
					  "Invalid KeySchema: Some index key attribute have no definition");
	check_defined(request, &request->key_schema);
	check_defined_once(request);
}

static void
check_defined(const CreateTableRequest *request, const DynKeySchemaRequest *keys)
{
	List	   *names = NIL;
	bool		defined = true;

	for (int i = 0; i < Min(keys->nelements, MANY_ELEMENTS); i++)
	{
		names = lappend(names, unconstify(char *, keys->elements[i].name));
		defined &= find_definition(request, keys->elements[i].name) != NULL;
	}
	if (!defined)
		raise_invalid("Define every attribute of a key in AttributeDefinitions.",
					  INVALID_VALUES "Some index key attributes are not defined in AttributeDefinitions. "
					  "Keys: %s, AttributeDefinitions: %s", print_names(names), print_names(defined_names(request)));
}

/*
 * Check the roles of a key's attributes.  Only the key of a global index may
 * have more than one attribute of a role.
 */
static void
check_key_schema(const DynKeySchemaRequest *keys, bool multi_attribute)
{
	int			nhash = 0;

	for (int i = 0; i < Min(keys->nelements, MANY_ELEMENTS); i++)
		for (int j = 0; j < i; j++)
			if (strcmp(keys->elements[i].name, keys->elements[j].name) == 0)
				raise_invalid("Name different attributes.",
							  "Both the Hash Key and the Range Key element in the KeySchema have the same name");
	if (keys->elements[0].range)
		raise_invalid("Name the partition key first, with KeyType HASH.",
					  "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
	for (int i = 0; i < keys->nelements; i++)
	{
		if (keys->elements[i].range)
			continue;
		if (i > nhash)
			raise_invalid("Name the attributes of KeyType HASH before those of KeyType RANGE.",
						  "Invalid KeySchema: A HASH KeySchemaElement follows a RANGE KeySchemaElement");
		nhash++;
	}

	if (multi_attribute)
	{
		if (nhash > DYN_MAX_HASH_ATTRIBUTES || keys->nelements - nhash > DYN_MAX_RANGE_ATTRIBUTES)
			raise_invalid("Use fewer attributes.",
						  "Invalid KeySchema: At most %d HASH and %d RANGE KeySchemaElements are allowed",
						  DYN_MAX_HASH_ATTRIBUTES, DYN_MAX_RANGE_ATTRIBUTES);
		return;
	}
	if (keys->nelements > 1 && nhash > 1)
		raise_invalid("The key of a table has one attribute of KeyType HASH and at most one of KeyType RANGE.",
					  "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
	if (keys->nelements > 2)
	{
		StringInfoData value;

		initStringInfo(&value);
		for (int i = 0; i < keys->nelements; i++)
			appendStringInfo(&value, "%sKeySchemaElement(attributeName=%s, keyType=%s)", i > 0 ? ", " : "",
							 keys->elements[i].name, keys->elements[i].range ? "RANGE" : "HASH");
		raise_invalid("The key of a table has one attribute of KeyType HASH and at most one of KeyType RANGE.",
					  "1 validation error detected: Value '[%s]' at 'keySchema' failed to satisfy constraint: "
					  "Member must have length less than or equal to 2", value.data);
	}
}

/* ---- indexes ---- */

static void
check_projection(const DynIndexRequest *index)
{
	if (!index->has_projection_type)
		raise_invalid("Give ProjectionType ALL, KEYS_ONLY or INCLUDE.", INVALID_VALUES "Unknown ProjectionType: null");
	if (index->has_non_key_attributes && index->projection_type != DYN_PROJECT_INCLUDE)
		raise_invalid("Give ProjectionType INCLUDE, or leave NonKeyAttributes out.",
					  INVALID_VALUES "ProjectionType is %s, but NonKeyAttributes is specified",
					  dyn_projection_name(index->projection_type));
	if (!index->has_non_key_attributes && index->projection_type == DYN_PROJECT_INCLUDE)
		raise_invalid("Name the attributes that the index projects.",
					  INVALID_VALUES "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
}

/* Check that no index before this one has its name. */
static void
check_index_name(const DynIndexRequest *index, List *before)
{
	ListCell   *cell;

	foreach(cell, before)
		if (strcmp(((DynIndexRow *) lfirst(cell))->name, index->index_name) == 0)
			raise_invalid("Give every index a name of its own.",
						  INVALID_VALUES "Duplicate index name: %s", index->index_name);
}

static void
check_local_index(const CreateTableRequest *request, const DynIndexRequest *index, List *before)
{
	const char *table_hash = request->key_schema.elements[0].name;
	const char *index_hash = index->key_schema.elements[0].name;

	check_defined(request, &index->key_schema);
	check_key_schema(&index->key_schema, false);
	if (index->key_schema.nelements != 2)
		raise_invalid("Give the index a sort key.",
					  INVALID_VALUES "Index KeySchema does not have a range key for index: %s", index->index_name);
	if (strcmp(index_hash, table_hash) != 0)
		raise_invalid("Begin with the table's partition key, or use a global secondary index.",
					  INVALID_VALUES "Index KeySchema does not have the same leading hash key as table KeySchema "
					  "for index: %s. index hash key: %s, table hash key: %s", index->index_name, index_hash, table_hash);
	check_projection(index);
	check_index_name(index, before);
}

static void
check_global_index(const CreateTableRequest *request, const DynIndexRequest *index, List *before)
{
	check_defined(request, &index->key_schema);
	check_key_schema(&index->key_schema, true);
	check_projection(index);
	if (request->billing_mode == DYN_BILLING_PAY_PER_REQUEST)
	{
		if (index->provisioned_throughput.present)
			raise_invalid("Leave ProvisionedThroughput out.",
						  INVALID_VALUES "ProvisionedThroughput should not be specified for index: %s "
						  "when BillingMode is PAY_PER_REQUEST", index->index_name);
	}
	else
	{
		if (!index->provisioned_throughput.present)
			raise_invalid("Give ProvisionedThroughput for every global secondary index, or BillingMode PAY_PER_REQUEST.",
						  INVALID_VALUES "ProvisionedThroughput must be specified for index: %s", index->index_name);
		dyn_check_capacity_units(&index->provisioned_throughput, index->index_name);
		if (index->on_demand_throughput.present)
			raise_invalid("Leave OnDemandThroughput out, or give BillingMode PAY_PER_REQUEST.",
						  INVALID_VALUES "OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST");
	}
	dyn_check_on_demand(&index->on_demand_throughput, false);
	check_index_name(index, before);
}

/* Check that no attribute is defined but those of keys. */
static void
check_all_used(const CreateTableRequest *request, const DynKeySchema *key_schema, List *indexes)
{
	List	   *used = NIL;
	ListCell   *cell;

	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
		used = lappend(used, key_schema->attributes[i].name);
	foreach(cell, indexes)
	{
		DynIndexRow *index = lfirst(cell);

		for (int i = 0; i < dyn_key_schema_count(&index->key_schema); i++)
			used = lappend(used, index->key_schema.attributes[i].name);
	}

	for (int i = 0; i < request->n_attribute_definitions; i++)
	{
		bool		found = false;

		foreach(cell, used)
			found |= strcmp(lfirst(cell), request->attribute_definitions[i].name) == 0;
		if (!found)
			raise_invalid("Define the attributes of keys and no others.",
						  INVALID_VALUES "Some AttributeDefinitions are not used. AttributeDefinitions: %s, keys used: %s",
						  print_names(defined_names(request)), print_names(used));
	}
}

/* ---- results ---- */

static DynIndexRow *
make_index_row(const CreateTableRequest *request, const DynIndexRequest *index, DynIndexKind kind, int position)
{
	DynIndexRow *row = palloc0(sizeof(DynIndexRow));

	row->name = pstrdup(index->index_name);
	row->kind = kind;
	row->position = position;
	row->status = DYN_INDEX_ACTIVE;
	make_key_schema(request, &index->key_schema, &row->key_schema);
	row->projection = index->projection_type;
	row->n_non_key_attributes = index->n_non_key_attributes;
	row->non_key_attributes = index->non_key_attributes;
	row->throughput.read_units = index->provisioned_throughput.read_capacity_units;
	row->throughput.write_units = index->provisioned_throughput.write_capacity_units;
	row->throughput.increased_at = DYN_NEVER;
	row->throughput.decreased_at = DYN_NEVER;
	row->throughput.max_read_units = index->on_demand_throughput.has_max_read ?
		index->on_demand_throughput.max_read_request_units : DYN_NO_MAXIMUM;
	row->throughput.max_write_units = index->on_demand_throughput.has_max_write ?
		index->on_demand_throughput.max_write_request_units : DYN_NO_MAXIMUM;
	return row;
}

/* Make a key schema from checked elements. */
static void
make_key_schema(const CreateTableRequest *request, const DynKeySchemaRequest *keys, DynKeySchema *schema)
{
	memset(schema, 0, sizeof(DynKeySchema));
	for (int i = 0; i < keys->nelements; i++)
	{
		DynKeyAttribute *attribute = &schema->attributes[i];
		const char *name = keys->elements[i].name;

		attribute->name = pstrdup(name);
		attribute->name_length = strlen(name);
		attribute->tag = find_definition(request, name)->type;
		if (keys->elements[i].range)
			schema->nrange++;
		else
			schema->nhash++;
	}
}
