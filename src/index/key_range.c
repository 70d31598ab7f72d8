/*-------------------------------------------------------------------------
 *
 * key_range.c
 *	  From key conditions and segments to ranges of keys.
 *
 * The equal values of a condition give a prefix P: hash, partition, and the
 * RANGE attributes from the left that are fixed.  Keys with that prefix go on
 * with the tag T of the next attribute, and its payload:
 *
 *	all attributes fixed	P				to		P 0x00
 *	no other condition		P T				to		P T+1
 *	=  between its ends		P T payload		and its successor
 *
 * The successor of a payload is what comes after all keys that have it.  The
 * payload of the last attribute ends the key, so that is the payload and a
 * zero byte.  Any other is in groups, of which none is a prefix of another
 * one's, and more of the key follows: it is the payload with its last byte,
 * the mark of the last group, one greater.  (A mark is at most 0xF8.)
 *
 * What begins with a value is from the value itself to the successor of its
 * bytes as a prefix.  In groups the padding and the mark of the last group
 * are not part of that prefix.  A shorter value that the padding makes look
 * like one with the prefix is less than the lower bound.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "index/key_range.h"

/* Bytes of a bound: a key's, and one more. */
typedef struct Bound
{
	uint32		length;
	uint8		bytes[DYN_MAX_KEY_BYTES + 1];
} Bound;

static bool check_types(const DynKeyCondition *condition, const DynKeySchema *schema, DynKeyFault *fault);
static bool put_values(const DynKeyCondition *condition, const DynKeySchema *schema, const DynValue *next,
					   Bound *bound, DynKeyFault *fault);
static void put_next_tag(const DynKeyCondition *condition, const DynKeySchema *schema, Bound *bound);
static bool put_ranged(const DynKeyCondition *condition, const DynKeySchema *schema, Bound *lower, Bound *upper,
					   DynKeyFault *fault);
static void pass_value(bool last, Bound *bound);
static void pass_prefix(bool last, Bound *bound);
static void increment(Bound *bound);
static struct varlena *make_bound(const uint8 *bytes, uint32 length);
static struct varlena *hash_bound(uint64 hash);

bool
dyn_key_range_of_condition(const DynKeyCondition *condition, const DynKeySchema *schema,
						   DynKeyRange *range, DynKeyFault *fault)
{
	Bound		lower;
	Bound		upper;

	Assert(condition->nequal >= schema->nhash);
	Assert(condition->nequal + (condition->ranged ? 1 : 0) <= dyn_key_schema_count(schema));

	memset(range, 0, sizeof(DynKeyRange));
	if (!check_types(condition, schema, fault) ||
		!put_values(condition, schema, NULL, &lower, fault))
		return false;

	memcpy(&upper, &lower, offsetof(Bound, bytes) + lower.length);
	if (condition->nequal == dyn_key_schema_count(schema))
		pass_value(true, &upper);
	else
	{
		put_next_tag(condition, schema, &lower);
		put_next_tag(condition, schema, &upper);
		upper.bytes[upper.length - 1]++;
		if (condition->ranged && !put_ranged(condition, schema, &lower, &upper, fault))
			return false;
	}

	range->lower = make_bound(lower.bytes, lower.length);
	range->upper = make_bound(upper.bytes, upper.length);
	range->empty = dyn_key_compare(range->lower, range->upper) >= 0;
	return true;
}

/* Has each value the type of its attribute? */
static bool
check_types(const DynKeyCondition *condition, const DynKeySchema *schema, DynKeyFault *fault)
{
	int			nvalues = condition->nequal;
	int			nranged = !condition->ranged ? 0 : condition->operator == DYN_KEY_BETWEEN ? 2 : 1;

	for (int i = 0; i < nvalues + nranged; i++)
	{
		int			position = Min(i, nvalues);
		const DynValue *value = i < nvalues ? &condition->equal[i] : &condition->values[i - nvalues];

		if (value->tag == schema->attributes[position].tag)
			continue;
		memset(fault, 0, sizeof(DynKeyFault));
		fault->kind = DYN_KEY_TYPE;
		fault->position = position;
		fault->found = value->tag;
		return false;
	}
	return true;
}

/* Write the equal values, and one of the attribute after them where that is not NULL. */
static bool
put_values(const DynKeyCondition *condition, const DynKeySchema *schema, const DynValue *next,
		   Bound *bound, DynKeyFault *fault)
{
	DynKeyParts parts;

	parts.digest = NULL;
	parts.nhash = schema->nhash;
	parts.nrange = condition->nequal - schema->nhash;
	memcpy(parts.values, condition->equal, sizeof(DynValue) * condition->nequal);
	if (next != NULL)
		parts.values[schema->nhash + parts.nrange++] = *next;
	bound->length = dyn_key_encode_parts(&parts, schema->nrange, bound->bytes, fault);
	return bound->length > 0;
}

/* Write the tag that comes after the equal values in every key. */
static void
put_next_tag(const DynKeyCondition *condition, const DynKeySchema *schema, Bound *bound)
{
	bool		last = condition->nequal + 1 == dyn_key_schema_count(schema);
	DynTag		tag = schema->attributes[condition->nequal].tag;

	bound->bytes[bound->length++] = (last ? DYN_KEY_LAST_TAG : DYN_KEY_GROUPED_TAG) |
		(tag == DYN_TAG_S ? 1 : tag == DYN_TAG_N ? 2 : 3);
}

/* Replace the bounds that the condition on the attribute after the equal ones sets. */
static bool
put_ranged(const DynKeyCondition *condition, const DynKeySchema *schema, Bound *lower, Bound *upper,
		   DynKeyFault *fault)
{
	const DynValue *values = condition->values;
	bool		last = condition->nequal + 1 == dyn_key_schema_count(schema);

	switch (condition->operator)
	{
		case DYN_KEY_LT:
			return put_values(condition, schema, &values[0], upper, fault);
		case DYN_KEY_LE:
			if (!put_values(condition, schema, &values[0], upper, fault))
				return false;
			pass_value(last, upper);
			return true;
		case DYN_KEY_GT:
			if (!put_values(condition, schema, &values[0], lower, fault))
				return false;
			pass_value(last, lower);
			return true;
		case DYN_KEY_GE:
			return put_values(condition, schema, &values[0], lower, fault);
		case DYN_KEY_BETWEEN:
			if (!put_values(condition, schema, &values[0], lower, fault) ||
				!put_values(condition, schema, &values[1], upper, fault))
				return false;
			pass_value(last, upper);
			return true;
		case DYN_KEY_BEGINS_WITH:
			if (!put_values(condition, schema, &values[0], lower, fault))
				return false;
			memcpy(upper, lower, offsetof(Bound, bytes) + lower->length);
			pass_prefix(last, upper);
			return true;
		case DYN_KEY_EQ:
		case DYN_KEY_NO_OPERATOR:
			break;
	}
	elog(ERROR, "unexpected operator of a key condition: %d", (int) condition->operator);
}

/* Make the bound greater than all keys that have its value, and than no other. */
static void
pass_value(bool last, Bound *bound)
{
	if (last)
		bound->bytes[bound->length++] = 0;
	else
		bound->bytes[bound->length - 1]++;
}

/* Make the bound greater than all keys whose value begins with its value. */
static void
pass_prefix(bool last, Bound *bound)
{
	if (!last)
	{
		uint8		mark = bound->bytes[bound->length - 1];

		bound->length -= 1 + DYN_KEY_GROUP_BYTES - (mark - DYN_KEY_GROUP_LAST);
	}
	increment(bound);
}

/* Make the least bytes that are greater than all that begin with these. */
static void
increment(Bound *bound)
{
	/* the tag before the value stops this */
	while (bound->bytes[bound->length - 1] == 0xFF)
		bound->length--;
	bound->bytes[bound->length - 1]++;
}

static struct varlena *
make_bound(const uint8 *bytes, uint32 length)
{
	struct varlena *bound = palloc(VARHDRSZ + length);

	SET_VARSIZE(bound, VARHDRSZ + length);
	memcpy(VARDATA(bound), bytes, length);
	return bound;
}

void
dyn_key_range_of_segment(uint32 segment, uint32 total, DynKeyRange *range)
{
	/* the first hash that is not in a segment before this one, rounded up */
	uint64		first = ((UINT64CONST(1) << 32) * segment + total - 1) / total;
	uint64		next = ((UINT64CONST(1) << 32) * (segment + 1) + total - 1) / total;

	Assert(total > 0 && total <= DYN_MAX_SEGMENTS && segment < total);
	dyn_key_range_of_all(range);
	if (segment > 0)
		range->lower = hash_bound(first);
	if (segment + 1 < total)
		range->upper = hash_bound(next);
}

/* The bound between the keys with lesser hashes and those with this one or greater ones. */
static struct varlena *
hash_bound(uint64 hash)
{
	uint8		bytes[DYN_KEY_HASH_BYTES] = {hash >> 24, hash >> 16, hash >> 8, hash};

	return make_bound(bytes, sizeof(bytes));
}

void
dyn_key_range_of_all(DynKeyRange *range)
{
	memset(range, 0, sizeof(DynKeyRange));
}

bool
dyn_key_range_contains(const DynKeyRange *range, const struct varlena *key)
{
	return !range->empty &&
		(range->lower == NULL || dyn_key_compare(key, range->lower) >= 0) &&
		(range->upper == NULL || dyn_key_compare(key, range->upper) < 0);
}

int
dyn_key_compare(const struct varlena *a, const struct varlena *b)
{
	Size		a_length = VARSIZE_ANY_EXHDR(a);
	Size		b_length = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_length, b_length));

	if (order != 0)
		return order;
	return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}
