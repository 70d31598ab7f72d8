/*-------------------------------------------------------------------------
 *
 * query.c
 *	  Query: the items of one partition, in the order of the sort key.
 *
 * The checks come in the service's order: the start key and the key condition
 * attribute by attribute, whether the start key is within the condition, then
 * the expressions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "engine/key_paths.h"
#include "engine/page.h"

static void check_start_key(void *page, const DynKeySchema *schema, int position);
static void make_range(const DynPage *page, const DynKeyCondition *condition, DynKeyRange *range);
static void check_boundaries(const DynPage *page, const DynKeyCondition *condition);
static bool matches_range(const DynPage *page, const DynKeyCondition *condition);
static DynValue start_value(const DynPage *page, int position);
pg_noreturn static void raise_start_key(const char *message);

void
dyn_query(const QueryRequest *request, DynPageResponse *response)
{
	DynPage		page;
	DynKeyRange range;

	dyn_query_open(&page, request, &range);
	dyn_page_read(&page, &range, request->backward, response);
	dyn_page_close(&page);
}

void
dyn_query_open(DynPage *page, const QueryRequest *request, DynKeyRange *range)
{
	DynKeyCondition condition;

	dyn_page_open(page, "Query", &request->page);
	dyn_start_key_check_count(page, true);
	dyn_key_condition_make_checked(request->key_clauses, page->key_schema, check_start_key, page, &condition);
	dyn_start_key_make(page);
	if (page->has_start)
		check_boundaries(page, &condition);
	dyn_check_key_paths(page->relation.table, request->page.projection);
	dyn_page_check_filter_keys(page);
	dyn_page_check_select(page);
	dyn_check_key_paths(page->relation.table, request->page.filter);
	dyn_page_check_projected(page, true);
	make_range(page, &condition, range);
}

static void
check_start_key(void *page, const DynKeySchema *schema, int position)
{
	dyn_start_key_check_attribute(page, position);
}

static void
make_range(const DynPage *page, const DynKeyCondition *condition, DynKeyRange *range)
{
	DynKeyFault fault;

	if (!dyn_key_range_of_condition(condition, page->key_schema, range, &fault))
		dyn_key_raise(page->key_schema, &fault, NULL);
}

/* Is the start key one that the condition can give? */
static void
check_boundaries(const DynPage *page, const DynKeyCondition *condition)
{
	int			nhash = page->key_schema->nhash;
	bool		conditional = condition->nequal > nhash || condition->ranged;
	bool		same_partition = true;

	for (int i = 0; i < nhash && same_partition; i++)
	{
		DynValue	value = start_value(page, i);

		same_partition = dyn_value_equal(&value, &condition->equal[i]);
	}
	if (conditional && !matches_range(page, condition))
		raise_start_key("The provided starting key does not match the range key predicate");
	if (!conditional && !same_partition)
		raise_start_key("The provided starting key is outside query boundaries based on provided conditions");
	if (!same_partition || (page->index == NULL && page->key_schema->nrange == 0))
		raise_start_key("The query can return at most one row and cannot be restarted");
}

/* Do the RANGE attributes of the start key meet the condition? */
static bool
matches_range(const DynPage *page, const DynKeyCondition *condition)
{
	const DynKeySchema *schema = page->key_schema;
	DynKeyCondition in_partition = *condition;
	DynKeyRange range;
	DynKeyFault fault;

	/* in the partition of the start key, whichever that is */
	for (int i = 0; i < schema->nhash; i++)
		in_partition.equal[i] = start_value(page, i);
	if (!dyn_key_range_of_condition(&in_partition, schema, &range, &fault))
		dyn_key_raise(schema, &fault, NULL);
	return dyn_key_range_contains(&range, page->index != NULL ? page->start.index_key : page->start.key);
}

static DynValue
start_value(const DynPage *page, int position)
{
	const DynKeyAttribute *attribute = &page->key_schema->attributes[position];
	DynValue	value = {0};

	if (!dyn_map_get(&page->request->exclusive_start_key, attribute->name, attribute->name_length, &value))
		elog(ERROR, "start key without attribute %s", attribute->name);
	return value;
}

static void
raise_start_key(const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", message),
			 errhint("Give the LastEvaluatedKey of the page before, with the same key condition.")));
}
