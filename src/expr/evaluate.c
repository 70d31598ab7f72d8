/*-------------------------------------------------------------------------
 *
 * evaluate.c
 *	  Is a condition true of an item?
 *
 * Operands are slices of the item's or the request's bytes.  What an item
 * lacks, or has with another type, makes a condition false (but "<>" true);
 * nothing an item can contain raises an error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "expr/bind.h"
#include "item/number.h"

/* The value of an operand; a number that is computed needs room. */
typedef struct Operand
{
	bool		present;
	bool		senseless;		/* size() of a type that has none, a sum of what is no number: no comparison holds */
	DynValue	value;
	uint8		room[DYN_MAX_NUMBER_BYTES];
} Operand;

static bool matches(const DynBinding *binding, const DynNode *node, const DynValue *item);
static bool compare(DynTokenKind comparator, const Operand *a, const Operand *b);
static bool call(const DynBinding *binding, const DynNode *node, const DynValue *item);
static void read_operand(const DynBinding *binding, const DynNode *node, const DynValue *item, Operand *operand);
static void read_size(Operand *operand);
static void read_sum(const Operand *a, const Operand *b, bool subtract, Operand *sum);

bool
dyn_condition_matches(const DynBinding *condition, const DynValue *item)
{
	static const uint8 nothing[] = {0};
	DynValue	empty = {DYN_TAG_M, 1, nothing};

	return matches(condition, condition->expression->condition, item != NULL ? item : &empty);
}

static bool
matches(const DynBinding *binding, const DynNode *node, const DynValue *item)
{
	Operand		first;
	Operand		second;
	Operand		third;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();

	switch (node->kind)
	{
		case NODE_AND:
			return matches(binding, node->args[0], item) && matches(binding, node->args[1], item);

		case NODE_OR:
			return matches(binding, node->args[0], item) || matches(binding, node->args[1], item);

		case NODE_NOT:
			return !matches(binding, node->args[0], item);

		case NODE_COMPARE:
			read_operand(binding, node->args[0], item, &first);
			read_operand(binding, node->args[1], item, &second);
			return compare(node->comparator, &first, &second);

		case NODE_BETWEEN:
			read_operand(binding, node->args[0], item, &first);
			read_operand(binding, node->args[1], item, &second);
			read_operand(binding, node->args[2], item, &third);
			return compare(TOKEN_GE, &first, &second) && compare(TOKEN_LE, &first, &third);

		case NODE_IN:
			read_operand(binding, node->args[0], item, &first);
			for (int i = 1; i < node->nargs; i++)
			{
				read_operand(binding, node->args[i], item, &second);
				if (compare(TOKEN_EQ, &first, &second))
					return true;
			}
			return false;

		case NODE_FUNCTION:
			return call(binding, node, item);

		default:
			break;
	}
	elog(ERROR, "unexpected node in a condition: %d", (int) node->kind);
}

static bool
compare(DynTokenKind comparator, const Operand *a, const Operand *b)
{
	int			order;

	if (a->senseless || b->senseless)
		return false;
	if (!a->present || !b->present)
		return comparator == TOKEN_NE;
	if (comparator == TOKEN_EQ)
		return dyn_value_equal(&a->value, &b->value);
	if (comparator == TOKEN_NE)
		return !dyn_value_equal(&a->value, &b->value);

	if (a->value.tag != b->value.tag ||
		(a->value.tag != DYN_TAG_S && a->value.tag != DYN_TAG_N && a->value.tag != DYN_TAG_B))
		return false;
	order = dyn_value_compare(&a->value, &b->value);
	switch (comparator)
	{
		case TOKEN_LT:
			return order < 0;
		case TOKEN_LE:
			return order <= 0;
		case TOKEN_GT:
			return order > 0;
		case TOKEN_GE:
			return order >= 0;
		default:
			break;
	}
	elog(ERROR, "unexpected comparator: %d", (int) comparator);
}

bool
dyn_value_begins_with(const DynValue *value, const DynValue *prefix)
{
	return value->tag == prefix->tag &&
		(value->tag == DYN_TAG_S || value->tag == DYN_TAG_B) &&
		value->length >= prefix->length &&
		memcmp(value->data, prefix->data, prefix->length) == 0;
}

bool
dyn_value_contains(const DynValue *container, const DynValue *element)
{
	DynIterator iterator;
	DynEntry	entry;

	switch (container->tag)
	{
		case DYN_TAG_S:
		case DYN_TAG_B:
			return element->tag == container->tag &&
				(element->length == 0 ||
				 memmem(container->data, container->length, element->data, element->length) != NULL);

		case DYN_TAG_SS:
		case DYN_TAG_NS:
		case DYN_TAG_BS:
			return dyn_set_contains(container, element);

		case DYN_TAG_L:
			dyn_iterator_begin(&iterator, container);
			while (dyn_iterator_next(&iterator, &entry))
			{
				CHECK_FOR_INTERRUPTS();
				if (dyn_value_equal(&entry.value, element))
					return true;
			}
			return false;

		default:
			return false;
	}
}

static bool
call(const DynBinding *binding, const DynNode *node, const DynValue *item)
{
	Operand		first;
	Operand		second;

	read_operand(binding, node->args[0], item, &first);
	if (node->function == FUNCTION_ATTRIBUTE_EXISTS)
		return first.present;
	if (node->function == FUNCTION_ATTRIBUTE_NOT_EXISTS)
		return !first.present;

	read_operand(binding, node->args[1], item, &second);
	if (!first.present || !second.present)
		return false;
	switch (node->function)
	{
		case FUNCTION_ATTRIBUTE_TYPE:
			{
				const char *name = dyn_tag_name(first.value.tag);

				return strlen(name) == second.value.length &&
					memcmp(name, second.value.data, second.value.length) == 0;
			}
		case FUNCTION_BEGINS_WITH:
			return dyn_value_begins_with(&first.value, &second.value);
		case FUNCTION_CONTAINS:
			return dyn_value_contains(&first.value, &second.value);
		default:
			break;
	}
	elog(ERROR, "unexpected function in a condition: %s", dyn_function_name(node->function));
}

static void
read_operand(const DynBinding *binding, const DynNode *node, const DynValue *item, Operand *operand)
{
	Operand		first;
	Operand		second;

	operand->senseless = false;
	switch (node->kind)
	{
		case NODE_VALUE:
			operand->present = true;
			operand->value = binding->values[node->slot];
			return;
		case NODE_PATH:
			operand->present = dyn_bound_path_get(binding, node->path, item, &operand->value);
			return;
		case NODE_FUNCTION:
			if (node->function == FUNCTION_SIZE)
			{
				read_operand(binding, node->args[0], item, operand);
				read_size(operand);
				return;
			}
			break;
		case NODE_PLUS:
		case NODE_MINUS:
			check_stack_depth();
			read_operand(binding, node->args[0], item, &first);
			read_operand(binding, node->args[1], item, &second);
			read_sum(&first, &second, node->kind == NODE_MINUS, operand);
			return;
		default:
			break;
	}
	elog(ERROR, "unexpected operand in a condition: %d", (int) node->kind);
}

/* Strings count in UTF-16 code units: every byte that begins a character, four-byte ones twice. */
static uint64
utf16_length(const DynValue *string)
{
	uint64		length = 0;

	for (uint32 i = 0; i < string->length; i++)
		length += ((string->data[i] & 0xC0) != 0x80) + (string->data[i] >= 0xF0);
	return length;
}

static void
set_number(Operand *operand, const DynDecimal *decimal)
{
	operand->value.tag = DYN_TAG_N;
	operand->value.length = dyn_decimal_encode(decimal, operand->room);
	operand->value.data = operand->room;
}

/* Add or subtract numbers. */
static void
read_sum(const Operand *a, const Operand *b, bool subtract, Operand *sum)
{
	DynDecimal	left;
	DynDecimal	right;
	DynDecimal	result;

	sum->present = a->present && b->present;
	sum->senseless = a->senseless || b->senseless;
	if (!sum->present || sum->senseless)
		return;
	sum->present = a->value.tag == DYN_TAG_N && b->value.tag == DYN_TAG_N;
	if (sum->present)
	{
		dyn_decimal_decode(a->value.data, a->value.length, &left);
		dyn_decimal_decode(b->value.data, b->value.length, &right);
		sum->present = dyn_decimal_add(&left, &right, subtract, &result) == DYN_NUMBER_OK;
	}
	sum->senseless = !sum->present;
	if (sum->present)
		set_number(sum, &result);
}

bool
dyn_value_measure(const DynValue *value, uint64 *size)
{
	if (value->tag == DYN_TAG_S)
		*size = utf16_length(value);
	else if (value->tag == DYN_TAG_B)
		*size = value->length;
	else if (DYN_TAG_IS_CONTAINER(value->tag))
		*size = dyn_value_count(value);
	else
		return false;
	return true;
}

/* Replace a value by its size. */
static void
read_size(Operand *operand)
{
	DynDecimal	decimal;
	uint64		size;

	if (!operand->present)
		return;
	if (!dyn_value_measure(&operand->value, &size))
	{
		operand->present = false;
		operand->senseless = true;
		return;
	}
	dyn_decimal_from_uint64(size, &decimal);
	set_number(operand, &decimal);
}
