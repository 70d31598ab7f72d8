/*-------------------------------------------------------------------------
 *
 * plan.c
 *	  Access path, order and filter of a SELECT; the key of a write.
 *
 * A write is for the one item whose whole key its WHERE clause compares by =,
 * in conditions that must all be true: nothing else is ever looked at.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "partiql/plan.h"

static void check_key_conditions(const DynBinding *where, const DynKeySchema *schema, bool *keyed);
static bool plan_by_key(const DynBinding *where, const List *branches, const DynTable *table, DynPartiqlPlan *plan);
static void read_ordering(const DynPartiqlStatement *statement, const DynKeySchema *schema, int npartitions,
						  DynPartiqlOrdering *ordering);
static DynNode *without_key(const DynBinding *where, const DynKeySchema *schema);
static DynNode *both(DynNode *left, DynNode *right);

void
dyn_partiql_plan_select(const DynPartiqlStatement *statement, const DynBinding *where, const DynTable *table,
						const DynIndex *index, DynPartiqlPlan *plan)
{
	const DynKeySchema *schema = index != NULL ? &index->key_schema : &table->key_schema;
	DynPartiqlOrdering ordering = {0};
	List	   *branches;
	int			npartitions;
	bool		exact;

	memset(plan, 0, sizeof(DynPartiqlPlan));
	if (schema->nhash > 1 || schema->nrange > 1)
		dyn_partiql_refuse("Query reads the index.",
						   "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.");
	if (where != NULL)
		check_key_conditions(where, schema, &plan->keyed);
	branches = dyn_partiql_key_branches(where, schema);
	npartitions = dyn_partiql_count_partitions(branches);
	read_ordering(statement, schema, npartitions, &ordering);
	plan->backward = ordering.descending;
	plan->filter = where;

	if (npartitions < 0)
	{
		plan->access = PARTIQL_BY_SCAN;
		plan->nranges = 1;
		plan->ranges = palloc(sizeof(DynKeyRange));
		dyn_key_range_of_all(plan->ranges);
		return;
	}
	if (npartitions > DYN_MAX_DECOMPOSED_READS)
		dyn_partiql_refuse(psprintf("A SELECT reads at most %d partitions; this one names %d.",
									DYN_MAX_DECOMPOSED_READS, npartitions),
						   "Too many decomposed read operations for a given query.");
	if (index == NULL && plan_by_key(where, branches, table, plan))
		return;

	plan->access = PARTIQL_BY_RANGES;
	plan->one_partition = npartitions == 1;
	plan->nranges = dyn_partiql_key_ranges(branches, schema, &ordering, &plan->ranges, &exact);
	if (list_length(branches) == 1 && exact)
		plan->filter = dyn_partiql_condition_of(where, without_key(where, schema));
}

/*
 * Look at the conditions that stand beside all others: is one of them on the
 * partition key, and have the values for the key its types?
 */
static void
check_key_conditions(const DynBinding *where, const DynKeySchema *schema, bool *keyed)
{
	ListCell   *cell;

	foreach(cell, dyn_partiql_conjuncts(where->expression->condition))
	{
		DynHashChoice choice;

		*keyed = *keyed || dyn_partiql_hash_choice(where, lfirst(cell), schema, &choice);
		for (int i = 0; i < dyn_key_schema_count(schema); i++)
		{
			DynValue	value;

			if (dyn_partiql_equality(where, lfirst(cell), &schema->attributes[i], &value) &&
				value.tag != schema->attributes[i].tag)
				dyn_partiql_refuse(psprintf("Attribute \"%s\" of the key is of type %s.", schema->attributes[i].name,
											dyn_tag_name(schema->attributes[i].tag)),
								   "One or more parameter values were invalid: Condition parameter type does not match schema type");
		}
	}
}

/* Is it for one key of the table, and says so once? */
static bool
plan_by_key(const DynBinding *where, const List *branches, const DynTable *table, DynPartiqlPlan *plan)
{
	const DynKeySchema *schema = &table->key_schema;
	const DynKeyBranch *branch = linitial(branches);
	const DynHashChoice *hash;
	const DynSortChoice *sort;

	if (list_length(branches) != 1 || list_length(branch->hashes) != 1 || list_length(branch->sorts) != schema->nrange)
		return false;
	hash = linitial(branch->hashes);
	if (hash->count != 1)
		return false;
	if (schema->nrange > 0)
	{
		sort = linitial(branch->sorts);
		if (sort->count != 1 || sort->tests[0].operator != DYN_KEY_EQ)
			return false;
		plan->key.values[1] = sort->tests[0].values[0];
	}
	plan->access = PARTIQL_BY_KEY;
	plan->key.values[0] = hash->values[0];
	plan->key.nvalues = dyn_key_schema_count(schema);
	plan->filter = dyn_partiql_condition_of(where, without_key(where, schema));
	return true;
}

/* Which attribute of the key does ORDER BY name? */
static int
find_attribute(const DynPartiqlNode *node, const DynKeySchema *schema)
{
	const DynPathStep *step;

	if (node->kind != PARTIQL_NODE_PATH)
		dyn_partiql_refuse("ORDER BY takes attributes of the key; dynamo.partiql takes anything, in the FROM of an SQL query.",
						   "Argument to ORDER BY must be of type VariableReference. Type: %s",
						   node->kind == PARTIQL_NODE_NUMBER || node->kind == PARTIQL_NODE_LITERAL ? "Literal" : "NAry");
	step = node->path.steps;
	for (int i = 0; i < dyn_key_schema_count(schema) && node->path.count == 1; i++)
		if (step->name_length == schema->attributes[i].name_length &&
			memcmp(step->name, schema->attributes[i].name, step->name_length) == 0)
			return i;
	dyn_partiql_refuse("ORDER BY takes attributes of the key; dynamo.partiql takes anything, in the FROM of an SQL query.",
					   "Variable reference %.*s in ORDER BY clause must be part of the primary key",
					   (int) step->name_length, step->name);
}

static void
read_ordering(const DynPartiqlStatement *statement, const DynKeySchema *schema, int npartitions,
			  DynPartiqlOrdering *ordering)
{
	const char *hint = "Items are in order within a partition: compare the partition key with =, or with IN.";
	int			position = 0;
	ListCell   *cell;

	if (statement->order_by == NIL)
		return;
	if (statement->where == NULL)
		dyn_partiql_refuse(hint, "Must have WHERE clause in the statement when using ORDER BY clause.");
	foreach(cell, statement->order_by)
	{
		const DynPartiqlOrder *order = lfirst(cell);

		if (find_attribute(order->node, schema) > 0)
			ordering->descending = order->descending;
		else if (position == 0 || npartitions == 1)
		{
			ordering->by_hash = true;
			ordering->hash_descending = order->descending;
		}
		position++;
	}
	if (npartitions < 0)
		dyn_partiql_refuse(hint, "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
	if (npartitions > 1 && !ordering->by_hash)
		dyn_partiql_refuse("Let ORDER BY begin with the partition key.",
						   "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.");
}

/* What is left of a WHERE clause without the conditions that the ranges of keys answer; NULL: nothing. */
static DynNode *
without_key(const DynBinding *where, const DynKeySchema *schema)
{
	DynNode    *left = NULL;
	ListCell   *cell;
	bool		all = true;

	foreach(cell, dyn_partiql_conjuncts(where->expression->condition))
	{
		DynNode    *node = lfirst(cell);
		DynHashChoice hash;
		DynSortChoice sort;

		if (dyn_partiql_hash_choice(where, node, schema, &hash) || dyn_partiql_sort_choice(where, node, schema, &sort))
			all = false;
		else
			left = both(left, node);
	}
	return all ? where->expression->condition : left;
}

static DynNode *
both(DynNode *left, DynNode *right)
{
	return left == NULL ? right : dyn_partiql_node(NODE_AND, 2, left, right);
}

void
dyn_partiql_plan_write(const DynBinding *where, const DynTable *table, DynRequestKey *key,
					   const DynBinding **condition)
{
	const DynKeySchema *schema = &table->key_schema;
	int			nkeys = dyn_key_schema_count(schema);
	bool		found[DYN_MAX_KEY_ATTRIBUTES] = {false};
	DynNode    *left = NULL;
	ListCell   *cell;

	memset(key, 0, sizeof(DynRequestKey));
	foreach(cell, where != NULL ? dyn_partiql_conjuncts(where->expression->condition) : NIL)
	{
		DynNode    *node = lfirst(cell);
		bool		of_key = false;

		for (int i = 0; i < nkeys && !of_key; i++)
		{
			DynValue	value;

			if (!dyn_partiql_equality(where, node, &schema->attributes[i], &value))
				continue;
			of_key = true;
			if (found[i])
				dyn_partiql_refuse("An UPDATE or a DELETE is for one item.",
								   "Multiple conditions on same key %s. Only single item Update/Insert/Delete are supported",
								   schema->attributes[i].name);
			found[i] = true;
			key->values[i] = value;
		}
		if (!of_key)
			left = both(left, node);
	}
	for (int i = 0; i < nkeys; i++)
		if (!found[i])
			dyn_partiql_refuse(psprintf("Compare each attribute of the key with a value: %s.", dyn_key_schema_text(schema)),
							   "Where clause does not contain a mandatory equality on all key attributes");
	key->nvalues = nkeys;
	*condition = where != NULL ? dyn_partiql_condition_of(where, left) : NULL;
}
