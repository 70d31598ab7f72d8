/*-------------------------------------------------------------------------
 *
 * literal.c
 *	  The values of constant expressions: literals, parameters, and lists,
 *	  maps and sets of them.
 *
 * Messages name where in a value something is: "root", "root.x", "root[1]".
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "item/number.h"
#include "partiql/compile.h"

static DynValue read_value(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where, int level);
static DynValue read_number(const DynPartiqlNode *node, const char *where);
static DynValue read_list(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where, int level);
static DynValue read_bag(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where);
static void read_entry(const DynPartiqlInput *input, const DynPartiqlNode *node, int entry, const char *where,
					   DynPartiqlName *name);
static void check_distinct(const DynBuilder *builder, const char *where);
pg_noreturn static void raise_type(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where);

bool
dyn_partiql_is_constant(const DynPartiqlNode *node)
{
	switch (node->kind)
	{
		case PARTIQL_NODE_LITERAL:
		case PARTIQL_NODE_NUMBER:
		case PARTIQL_NODE_PARAMETER:
		case PARTIQL_NODE_LIST:
		case PARTIQL_NODE_BAG:
		case PARTIQL_NODE_MAP:
			return true;
		default:
			return false;
	}
}

DynValue
dyn_partiql_value(const DynPartiqlInput *input, const DynPartiqlNode *node)
{
	return read_value(input, node, "root", 1);
}

/* Each of the item's attributes is a root of its own. */
DynValue
dyn_partiql_item(const DynPartiqlInput *input, const DynPartiqlNode *node)
{
	DynBuilder	builder;

	if (node->kind != PARTIQL_NODE_MAP)
		dyn_partiql_refuse("Write INSERT INTO \"Table\" VALUE {'name': value, ...}.",
						   "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement.");
	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < node->nargs; i += 2)
	{
		DynPartiqlName name;
		DynValue	value;

		read_entry(input, node, i, "root", &name);
		value = read_value(input, node->args[i + 1], "root", 1);
		dyn_builder_add(&builder, name.data, name.length, &value);
	}
	check_distinct(&builder, "root");
	return dyn_builder_finish(&builder, 0);
}

/* "level" is that of the value: 1 for an attribute's. */
static DynValue
read_value(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where, int level)
{
	DynBuilder	builder;

	check_stack_depth();
	if (level > DYN_MAX_NESTING)
		dyn_raise_nesting();

	switch (node->kind)
	{
		case PARTIQL_NODE_LITERAL:
			return node->value;

		case PARTIQL_NODE_NUMBER:
			return read_number(node, where);

		case PARTIQL_NODE_PARAMETER:
			if (level > 1 && level - 1 + dyn_value_levels(&input->parameters[node->number]) > DYN_MAX_NESTING)
				dyn_raise_nesting();
			return input->parameters[node->number];

		case PARTIQL_NODE_LIST:
			return read_list(input, node, where, level);

		case PARTIQL_NODE_BAG:
			return read_bag(input, node, where);

		case PARTIQL_NODE_MAP:
			dyn_builder_init(&builder, DYN_TAG_M);
			for (int i = 0; i < node->nargs; i += 2)
			{
				DynPartiqlName name;
				DynValue	value;

				read_entry(input, node, i, where, &name);
				value = read_value(input, node->args[i + 1], psprintf("%s.%.*s", where, (int) name.length, name.data), level + 1);
				dyn_builder_add(&builder, name.data, name.length, &value);
			}
			check_distinct(&builder, where);
			return dyn_builder_finish(&builder, 0);

		case PARTIQL_NODE_MISSING:
			dyn_partiql_refuse("Write IS MISSING, or IS NOT MISSING.", "MISSING must be compared using IS operator");

		default:
			raise_type(input, node, where);
	}
}

static DynValue
read_number(const DynPartiqlNode *node, const char *where)
{
	DynDecimal	decimal;
	DynNumberFault fault = dyn_decimal_read(node->name.data, node->name.length, &decimal);
	uint8	   *bytes;
	const char *message = "The parameter cannot be converted to a numeric value";

	if (fault == DYN_NUMBER_OK)
	{
		bytes = palloc(DYN_MAX_NUMBER_BYTES);
		return (DynValue) {DYN_TAG_N, dyn_decimal_encode(&decimal, bytes), bytes};
	}
	if (fault == DYN_NUMBER_DIGITS)
		message = "Attempting to store more than 38 significant digits in a Number";
	else if (fault == DYN_NUMBER_OVERFLOW)
		message = "Number overflow. Attempting to store a number with magnitude larger than supported range";
	else if (fault == DYN_NUMBER_UNDERFLOW)
		message = "Number underflow. Attempting to store a number with magnitude smaller than supported range";
	dyn_partiql_refuse("Numbers have up to 38 significant digits, and magnitudes from 1E-130 to 9.99E+125.",
					   "%s under %s", message, where);
}

static DynValue
read_list(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where, int level)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_L);
	for (int i = 0; i < node->nargs; i++)
	{
		DynValue	value = read_value(input, node->args[i], psprintf("%s[%d]", where, i), level + 1);

		dyn_builder_add(&builder, NULL, 0, &value);
	}
	return dyn_builder_finish(&builder, 0);
}

/* A set; its first element says of which type. */
static DynValue
read_bag(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where)
{
	DynBuilder	builder;
	DynTag		tag = DYN_TAG_NULL;

	if (node->nargs == 0)
		dyn_partiql_refuse("A set has at least one element.", "Empty bags are not supported");
	for (int i = 0; i < node->nargs; i++)
	{
		DynValue	value = read_value(input, node->args[i], psprintf("%s[%d]", where, i), 1);

		if (i == 0)
		{
			tag = value.tag;
			dyn_builder_init(&builder, tag == DYN_TAG_S ? DYN_TAG_SS : tag == DYN_TAG_N ? DYN_TAG_NS : DYN_TAG_BS);
		}
		if (value.tag != tag || (tag != DYN_TAG_S && tag != DYN_TAG_N && tag != DYN_TAG_B))
			dyn_partiql_refuse("The elements of a set are all strings, all numbers, or all binaries, which are given as parameters.",
							   "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags");
		dyn_builder_add(&builder, NULL, 0, &value);
	}
	dyn_builder_check_set(&builder);
	return dyn_builder_finish(&builder, 0);
}

/* The name of a map's entry, which must be a string. */
static void
read_entry(const DynPartiqlInput *input, const DynPartiqlNode *node, int entry, const char *where,
		   DynPartiqlName *name)
{
	const DynPartiqlNode *key = node->args[entry];

	if (key->kind != PARTIQL_NODE_LITERAL || key->value.tag != DYN_TAG_S)
		dyn_partiql_refuse("Write the names of attributes in single quotes: {'name': value}.",
						   "Tuple keys must be of type String. Actual type: %.*s under %s",
						   (int) key->place.length, input->statement->text + key->place.start, where);
	name->data = (const char *) key->value.data;
	name->length = key->value.length;
	dyn_check_name(name->data, name->length);
}

static int
compare_names(const void *a, const void *b)
{
	const DynEntry *x = a;
	const DynEntry *y = b;
	int			order = memcmp(x->name, y->name, Min(x->name_length, y->name_length));

	return order != 0 ? order : (x->name_length > y->name_length) - (x->name_length < y->name_length);
}

static void
check_distinct(const DynBuilder *builder, const char *where)
{
	DynEntry   *entries = palloc(sizeof(DynEntry) * (builder->count + 1));

	memcpy(entries, builder->entries, sizeof(DynEntry) * builder->count);
	qsort(entries, builder->count, sizeof(DynEntry), compare_names);
	for (uint32 i = 1; i < builder->count; i++)
		if (compare_names(&entries[i - 1], &entries[i]) == 0)
			dyn_partiql_refuse("A map has each name once.",
							   "Duplicate keys in tuple. Key: %.*s under %s",
							   (int) entries[i].name_length, entries[i].name, where);
	pfree(entries);
}

static void
raise_type(const DynPartiqlInput *input, const DynPartiqlNode *node, const char *where)
{
	const char *text = input->statement->text;

	dyn_partiql_refuse("Here stands a literal or a parameter, or a list, map or set of them.",
					   "Unsupported data type: %.*s under key %s%s",
					   (int) (node->kind == PARTIQL_NODE_CALL ? node->name.length : node->place.length),
					   node->kind == PARTIQL_NODE_CALL ? node->name.data : text + node->place.start,
					   where, dyn_partiql_at(text, node->place));
}
