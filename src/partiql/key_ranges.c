/*-------------------------------------------------------------------------
 *
 * key_ranges.c
 *	  The ranges of keys that the branches of a WHERE clause ask for.
 *
 * Each branch gives a range for each of its partitions and each choice it
 * leaves for the sort key.  Ranges of one branch that overlap are joined.
 * Of several branches they are, too, where the sort key is not what they
 * differ in; else the service refuses them, and so do we.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "partiql/plan.h"

/* More alternatives for the sort key than this are left to the filter. */
#define MAX_SORT_CHOICES	100

typedef struct Range
{
	DynKeyRange range;
	DynValue	hash;
	int			hash_number;	/* in the order of the text */
	int			branch;
	bool		has_sort;
	bool		negated;
} Range;

typedef struct Ranges
{
	int			count;
	int			room;
	Range	   *ranges;
	int			nhashes;
	bool		exact;
	const DynKeySchema *schema;
	const DynPartiqlOrdering *ordering;
} Ranges;

static void add_branch(Ranges *ranges, const DynKeyBranch *branch, int number);
static int	count_choices(const List *sorts);
static void add_ranges(Ranges *ranges, const Range *base, const List *sorts, int at);
static void make_range(const DynKeySchema *schema, const DynValue *hash, const DynSortTest *test, DynKeyRange *range);
static void intersect(DynKeyRange *range, const DynKeyRange *other);
static void join_overlapping(Ranges *ranges);
static int	compare_bytes(const void *a, const void *b);
static int	compare_read_order(const void *a, const void *b, void *ranges);

/* The values that all choices of a branch have in common, once each. */
static int
common_hashes(const DynKeyBranch *branch, DynValue *values)
{
	const DynHashChoice *first = linitial(branch->hashes);
	int			count = 0;

	for (int i = 0; i < first->count; i++)
	{
		bool		wanted = true;
		ListCell   *cell;

		for (int j = 0; j < count && wanted; j++)
			wanted = !dyn_value_equal(&values[j], &first->values[i]);
		foreach(cell, branch->hashes)
		{
			const DynHashChoice *choice = lfirst(cell);
			bool		found = false;

			for (int j = 0; j < choice->count && !found; j++)
				found = dyn_value_equal(&choice->values[j], &first->values[i]);
			wanted = wanted && found;
		}
		if (wanted)
			values[count++] = first->values[i];
	}
	return count;
}

int
dyn_partiql_count_partitions(const List *branches)
{
	DynValue	seen[DYN_MAX_DECOMPOSED_READS + 1];
	int			nseen = 0;
	ListCell   *cell;

	foreach(cell, branches)
		if (((const DynKeyBranch *) lfirst(cell))->hashes == NIL)
			return -1;
	foreach(cell, branches)
	{
		DynValue	values[DYN_MAX_IN_OPERANDS];
		int			count = common_hashes(lfirst(cell), values);

		for (int i = 0; i < count; i++)
		{
			bool		is_new = true;

			CHECK_FOR_INTERRUPTS();
			for (int j = 0; j < nseen && is_new; j++)
				is_new = !dyn_value_equal(&seen[j], &values[i]);
			if (is_new)
				seen[nseen++] = values[i];
			/* whoever asks will refuse that many */
			if (nseen > DYN_MAX_DECOMPOSED_READS)
				return nseen;
		}
	}
	return nseen;
}

int
dyn_partiql_key_ranges(const List *branches, const DynKeySchema *schema, const DynPartiqlOrdering *ordering,
					   DynKeyRange **result, bool *exact)
{
	Ranges		ranges = {.room = 16, .exact = true, .schema = schema, .ordering = ordering};
	ListCell   *cell;
	int			number = 0;

	ranges.ranges = palloc(sizeof(Range) * ranges.room);
	foreach(cell, branches)
		add_branch(&ranges, lfirst(cell), number++);

	join_overlapping(&ranges);
	qsort_arg(ranges.ranges, ranges.count, sizeof(Range), compare_read_order, &ranges);
	*result = palloc(sizeof(DynKeyRange) * (ranges.count + 1));
	for (int i = 0; i < ranges.count; i++)
		(*result)[i] = ranges.ranges[i].range;
	*exact = ranges.exact;
	return ranges.count;
}

/* Number a partition in the order of the text. */
static int
number_hash(Ranges *ranges, const DynValue *hash)
{
	for (int i = 0; i < ranges->count; i++)
		if (dyn_value_equal(&ranges->ranges[i].hash, hash))
			return ranges->ranges[i].hash_number;
	return ranges->nhashes++;
}

static void
add_branch(Ranges *ranges, const DynKeyBranch *branch, int number)
{
	DynValue	hashes[DYN_MAX_IN_OPERANDS];
	int			nhashes = common_hashes(branch, hashes);
	List	   *sorts = branch->sorts;

	if (count_choices(sorts) > MAX_SORT_CHOICES)
	{
		sorts = NIL;
		ranges->exact = false;
	}
	for (int i = 0; i < nhashes; i++)
	{
		Range		base = {.hash = hashes[i], .branch = number, .has_sort = branch->sorts != NIL, .negated = branch->negated};

		base.hash_number = number_hash(ranges, &hashes[i]);
		make_range(ranges->schema, &hashes[i], NULL, &base.range);
		add_ranges(ranges, &base, sorts, 0);
	}
}

static int
count_choices(const List *sorts)
{
	int			count = 1;
	ListCell   *cell;

	foreach(cell, sorts)
	{
		count *= ((const DynSortChoice *) lfirst(cell))->count;
		if (count > MAX_SORT_CHOICES)
			break;
	}
	return count;
}

/* Narrow a range by each alternative of each choice from "at" on. */
static void
add_ranges(Ranges *ranges, const Range *base, const List *sorts, int at)
{
	const DynSortChoice *choice;

	CHECK_FOR_INTERRUPTS();
	check_stack_depth();
	if (base->range.empty)
		return;
	if (at == list_length(sorts))
	{
		if (ranges->count == ranges->room)
		{
			ranges->room *= 2;
			ranges->ranges = repalloc(ranges->ranges, sizeof(Range) * ranges->room);
		}
		ranges->ranges[ranges->count++] = *base;
		return;
	}
	choice = list_nth(sorts, at);
	for (int i = 0; i < choice->count; i++)
	{
		Range		narrowed = *base;
		DynKeyRange test;

		make_range(ranges->schema, &base->hash, &choice->tests[i], &test);
		intersect(&narrowed.range, &test);
		add_ranges(ranges, &narrowed, sorts, at + 1);
	}
}

/* The range of a partition (test is NULL), or of what in it meets a test. */
static void
make_range(const DynKeySchema *schema, const DynValue *hash, const DynSortTest *test, DynKeyRange *range)
{
	DynKeyCondition condition = {.nequal = 1};
	DynKeyFault fault;

	condition.equal[0] = *hash;
	if (test != NULL && test->operator == DYN_KEY_EQ)
		condition.equal[condition.nequal++] = test->values[0];
	else if (test != NULL)
	{
		condition.ranged = true;
		condition.operator = test->operator;
		condition.values[0] = test->values[0];
		condition.values[1] = test->values[1];
	}
	if (!dyn_key_range_of_condition(&condition, schema, range, &fault))
		dyn_key_raise(schema, &fault, NULL);
}

static void
intersect(DynKeyRange *range, const DynKeyRange *other)
{
	range->empty = range->empty || other->empty;
	if (range->empty)
		return;
	if (range->lower == NULL || (other->lower != NULL && dyn_key_compare(other->lower, range->lower) > 0))
		range->lower = other->lower;
	if (range->upper == NULL || (other->upper != NULL && dyn_key_compare(other->upper, range->upper) < 0))
		range->upper = other->upper;
	range->empty = range->lower != NULL && range->upper != NULL && dyn_key_compare(range->lower, range->upper) >= 0;
}

static int
compare_lower(const DynKeyRange *a, const DynKeyRange *b)
{
	if (a->lower == NULL || b->lower == NULL)
		return (a->lower != NULL) - (b->lower != NULL);
	return dyn_key_compare(a->lower, b->lower);
}

static int
compare_bytes(const void *a, const void *b)
{
	return compare_lower(&((const Range *) a)->range, &((const Range *) b)->range);
}

/* Sort the ranges by their bytes, and join those that overlap. */
static void
join_overlapping(Ranges *ranges)
{
	int			joined = 0;

	if (ranges->count == 0)
		return;
	qsort(ranges->ranges, ranges->count, sizeof(Range), compare_bytes);
	for (int i = 1; i < ranges->count; i++)
	{
		Range	   *last = &ranges->ranges[joined];
		const Range *next = &ranges->ranges[i];

		if (last->range.upper != NULL && next->range.lower != NULL &&
			dyn_key_compare(next->range.lower, last->range.upper) >= 0)
		{
			ranges->ranges[++joined] = *next;
			continue;
		}
		if (last->branch != next->branch && (last->has_sort || next->has_sort) && !last->negated && !next->negated)
			dyn_partiql_refuse("Write it as one condition on the sort key, or as several statements.",
							   "Overlapping conditions with range keys are not supported in where clause");
		if (last->range.upper != NULL &&
			(next->range.upper == NULL || dyn_key_compare(next->range.upper, last->range.upper) > 0))
			last->range.upper = next->range.upper;
		last->has_sort = last->has_sort || next->has_sort;
		last->negated = last->negated || next->negated;
	}
	ranges->count = joined + 1;
}

/* Partitions in the order that is asked for, or in that of the text; in them the order of the sort key. */
static int
compare_read_order(const void *a, const void *b, void *argument)
{
	const Range *x = a;
	const Range *y = b;
	const DynPartiqlOrdering *ordering = ((const Ranges *) argument)->ordering;
	int			order;

	if (ordering->by_hash)
	{
		order = dyn_value_compare(&x->hash, &y->hash);
		if (order != 0)
			return ordering->hash_descending ? -order : order;
	}
	else if (x->hash_number != y->hash_number)
		return x->hash_number - y->hash_number;
	order = compare_lower(&x->range, &y->range);
	return ordering->descending ? -order : order;
}
