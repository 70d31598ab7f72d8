/*-------------------------------------------------------------------------
 *
 * planner_proof.c
 *	  Does an index hold all items that meet some conditions?
 *
 * An index that lacks items that a statement would find must not be used for
 * it.  What the conditions must say of the items, so that they are in it:
 *
 *	primary key			all items are in it, and its attributes have their types
 *	secondary index with a CHECK that its attributes are legal
 *						items that have all attributes: each needs a condition
 *						that is not true where it is missing
 *	other secondary index
 *						items whose attributes all have their types, are not
 *						empty and not too long: each needs a condition that is
 *						true of such values only
 *
 * An attribute of the table's key needs no condition: all items have it, of its
 * type and no longer than such a key allows.
 *
 * An attribute as a key needs it has its type, is not empty, and not too long
 * together with the others.  Strings and binaries without an equality can be
 * of any length, so without the CHECK ranges of them do not do.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "index/planner.h"
#include "item/key.h"
#include "item/number.h"

typedef struct Proof
{
	const DynKeySchema *schema;
	const uint32 *key_bytes;	/* by attribute, as of DynPlannedIndex */
	List	   *clauses;
	Relids	   *outer;			/* relations that it depends on */
} Proof;

static bool all_are_present(Proof *proof);
static bool all_are_indexed(Proof *proof);
static bool is_between_numbers(Proof *proof, const DynKeyAttribute *attribute);
static int64 most_bytes_of_clause(const DynItemClause *clause, DynTag tag);
static int64 most_bytes_of_value(const DynItemClause *clause, Expr *value, DynTag tag);
static bool only_a_string(const uint8 *bytes, Size length);

bool
dyn_index_holds_all(const DynPlannedIndex *planned, List *clauses, Relids *outer)
{
	Proof		proof = {&planned->key_schema, planned->key_bytes, clauses, outer};

	if (planned->primary)
		return true;
	return planned->complete ? all_are_present(&proof) : all_are_indexed(&proof);
}

bool
dyn_item_clause_is_of(const DynItemClause *clause, const DynKeyAttribute *attribute)
{
	return clause->name_length == attribute->name_length &&
		memcmp(clause->name, attribute->name, attribute->name_length) == 0;
}

bool
dyn_item_clause_fits(const DynItemClause *clause, DynTag tag)
{
	if (clause->operator == DYN_ITEM_EXISTS)
		return false;
	switch (clause->form)
	{
		case DYN_FORM_VALUE:
			return true;
		case DYN_FORM_TEXT:
			return tag == DYN_TAG_S;
		case DYN_FORM_NUMBER:
		case DYN_FORM_INTEGER:
			return tag == DYN_TAG_N;
		case DYN_FORM_BINARY:
			return tag == DYN_TAG_B;
	}
	return false;
}

/* Is there a condition on each attribute?  None of them is true where it is missing. */
static bool
all_are_present(Proof *proof)
{
	for (int i = 0; i < dyn_key_schema_count(proof->schema); i++)
	{
		const DynItemClause *found = NULL;
		ListCell   *cell;

		if (proof->key_bytes[i] > 0)
			continue;
		foreach(cell, proof->clauses)
		{
			const DynItemClause *clause = lfirst(cell);

			/* one that depends on fewer relations serves more plans */
			if (dyn_item_clause_is_of(clause, &proof->schema->attributes[i]) &&
				(found == NULL || bms_is_subset(clause->outer, found->outer)))
				found = clause;
		}
		if (found == NULL)
			return false;
		*proof->outer = bms_add_members(*proof->outer, found->outer);
	}
	return true;
}

/* Are the conditions true only of items that have attributes as a key needs them? */
static bool
all_are_indexed(Proof *proof)
{
	int64		bytes = 0;

	for (int i = 0; i < dyn_key_schema_count(proof->schema); i++)
	{
		const DynKeyAttribute *attribute = &proof->schema->attributes[i];
		const DynItemClause *found = NULL;
		int64		most = -1;
		ListCell   *cell;

		foreach(cell, proof->clauses)
		{
			const DynItemClause *clause = lfirst(cell);
			int64		most_of_this = dyn_item_clause_is_of(clause, attribute) ? most_bytes_of_clause(clause, attribute->tag) : -1;

			if (most_of_this > 0 && (found == NULL || bms_is_subset(clause->outer, found->outer)))
			{
				found = clause;
				most = most_of_this;
			}
		}
		if (found != NULL)
			*proof->outer = bms_add_members(*proof->outer, found->outer);
		else if (attribute->tag == DYN_TAG_N && is_between_numbers(proof, attribute))
			most = DYN_MAX_NUMBER_BYTES;
		else if (proof->key_bytes[i] > 0)
			most = proof->key_bytes[i];
		else
			return false;

		if (i == proof->schema->nhash)
			bytes = 0;
		bytes += most;
		if (bytes > (i < proof->schema->nhash ? DYN_MAX_HASH_VALUE_BYTES : DYN_MAX_RANGE_VALUE_BYTES))
			return false;
	}
	return true;
}

/*
 * Is an attribute between two numbers, by the operators of dynamo.value?
 * Their order is by type first, so one limit lets other types in.
 */
static bool
is_between_numbers(Proof *proof, const DynKeyAttribute *attribute)
{
	const DynItemClause *lower = NULL;
	const DynItemClause *upper = NULL;
	ListCell   *cell;

	foreach(cell, proof->clauses)
	{
		const DynItemClause *clause = lfirst(cell);

		if (clause->form != DYN_FORM_VALUE || !dyn_item_clause_is_of(clause, attribute) || clause->values == NIL ||
			most_bytes_of_value(clause, linitial(clause->values), DYN_TAG_N) <= 0)
			continue;
		if (clause->operator == DYN_ITEM_GT || clause->operator == DYN_ITEM_GE)
			lower = clause;
		else if (clause->operator == DYN_ITEM_LT || clause->operator == DYN_ITEM_LE)
			upper = clause;
	}
	if (lower == NULL || upper == NULL)
		return false;
	*proof->outer = bms_add_members(*proof->outer, lower->outer);
	*proof->outer = bms_add_members(*proof->outer, upper->outer);
	return true;
}

/*
 * The most bytes that a value of this type can have of which the condition is
 * true, if it is true of no empty one and of no value of another type; else
 * -1.
 */
static int64
most_bytes_of_clause(const DynItemClause *clause, DynTag tag)
{
	int64		most = -1;
	ListCell   *cell;

	if (!dyn_item_clause_fits(clause, tag))
		return -1;
	/* the casts to numbers raise where there is something else */
	if (clause->form == DYN_FORM_NUMBER || clause->form == DYN_FORM_INTEGER)
		return DYN_MAX_NUMBER_BYTES;
	if (clause->same_type && tag == DYN_TAG_N && clause->operator != DYN_ITEM_IN)
		return most_bytes_of_value(clause, linitial(clause->values), tag) > 0 ? DYN_MAX_NUMBER_BYTES : -1;
	if ((clause->operator != DYN_ITEM_EQ && clause->operator != DYN_ITEM_IN) || !clause->equal_bytes)
		return -1;

	foreach(cell, clause->values)
	{
		int64		bytes = most_bytes_of_value(clause, lfirst(cell), tag);

		if (bytes <= 0)
			return -1;
		most = Max(most, bytes);
	}
	return most;
}

/* The same for values that equal one. */
static int64
most_bytes_of_value(const DynItemClause *clause, Expr *value, DynTag tag)
{
	DynTag		known;
	int64		bytes;
	struct varlena *datum;

	if (clause->form == DYN_FORM_VALUE)
		return dyn_value_tag_known(value, &known, &bytes) && known == tag ? bytes : -1;
	if (!IsA(value, Const))
		return -1;
	datum = PG_DETOAST_DATUM_PACKED(((Const *) value)->constvalue);
	if (clause->form == DYN_FORM_TEXT && !only_a_string((uint8 *) VARDATA_ANY(datum), VARSIZE_ANY_EXHDR(datum)))
		return -1;
	return VARSIZE_ANY_EXHDR(datum);
}

/*
 * Can no value but a string have this text?  That of numbers begins with a
 * digit or a sign, that of binaries with a backslash, that of sets, lists and
 * maps with a brace.
 */
static bool
only_a_string(const uint8 *bytes, Size length)
{
	if (length == 0 || bytes[0] == '{' || bytes[0] == '\\' || bytes[0] == '-' || (bytes[0] >= '0' && bytes[0] <= '9'))
		return false;
	return !(length == 4 && memcmp(bytes, "true", 4) == 0) && !(length == 5 && memcmp(bytes, "false", 5) == 0);
}
