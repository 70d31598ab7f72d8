/*-------------------------------------------------------------------------
 *
 * select.c
 *	  A SELECT of ExecuteStatement: GetItem, or a page of a Query or a Scan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "base/settings.h"
#include "engine/key_paths.h"
#include "engine/page.h"
#include "partiql/partiql.h"

static const DynIndex *find_index(const DynPartiqlPrepared *prepared, const DynTable *table);
static void check_scan(const DynPartiqlPrepared *prepared, const DynPartiqlPlan *plan);
static void get_item(const ExecuteStatementRequest *request, const DynPartiqlPlan *plan,
					 ExecuteStatementResponse *response);
static void read_page(const ExecuteStatementRequest *request, const DynPartiqlPlan *plan,
					  ExecuteStatementResponse *response);
static void check_start(DynPage *page, const DynPartiqlPlan *plan);

void
dyn_execute_select(const ExecuteStatementRequest *request, ExecuteStatementResponse *response)
{
	const DynPartiqlPrepared *prepared = request->prepared;
	DynRelation relation;
	const DynIndex *index;
	DynPartiqlPlan plan;

	memset(response, 0, sizeof(ExecuteStatementResponse));
	dyn_relation_open("ExecuteStatement", prepared->table_name.data, prepared->table_name.length,
					  ACL_SELECT, AccessShareLock, &relation);
	dyn_partiql_plan_prepared(prepared, relation.table, request->consistent_read, &index, &plan);
	check_scan(prepared, &plan);
	dyn_check_key_paths(relation.table, prepared->projection);
	dyn_check_key_paths(relation.table, prepared->where);
	dyn_relation_close(&relation);

	if (plan.access == PARTIQL_BY_KEY)
		get_item(request, &plan, response);
	else
		read_page(request, &plan, response);
}

void
dyn_partiql_plan_prepared(const DynPartiqlPrepared *prepared, const DynTable *table, bool consistent_read,
						  const DynIndex **index, DynPartiqlPlan *plan)
{
	*index = prepared->index_name != NULL ? find_index(prepared, table) : NULL;
	if (consistent_read && *index != NULL && (*index)->kind == DYN_INDEX_GLOBAL)
		dyn_partiql_refuse("Leave ConsistentRead out: here all reads are consistent.",
						   "Strongly consistent read is not supported on Global Secondary Indexes");
	dyn_partiql_plan_select(prepared->statement, prepared->where, table, *index, plan);
}

static const DynIndex *
find_index(const DynPartiqlPrepared *prepared, const DynTable *table)
{
	for (int i = 0; i < table->nindexes; i++)
		if (strlen(table->indexes[i].name) == prepared->index_name_length &&
			memcmp(table->indexes[i].name, prepared->index_name, prepared->index_name_length) == 0 &&
			table->indexes[i].status != DYN_INDEX_DELETING)
			return &table->indexes[i];
	dyn_partiql_refuse(psprintf("Table \"%s\" has no index \"%.*s\"; DescribeTable lists the indexes of a table.",
								table->name, (int) prepared->index_name_length, prepared->index_name),
					   "The table does not have the specified index");
}

DynRequestKey
dyn_partiql_key_of_select(const DynPartiqlPrepared *prepared, const DynTable *table, bool consistent_read,
						  const char *operation)
{
	const DynIndex *index;
	DynPartiqlPlan plan;

	dyn_partiql_plan_prepared(prepared, table, consistent_read, &index, &plan);
	if (plan.access != PARTIQL_BY_KEY || plan.filter != NULL)
		dyn_partiql_refuse(psprintf("Compare each attribute of the key with a value, and nothing else: %s.",
									dyn_key_schema_text(&table->key_schema)),
						   "Select statements within %s must specify the primary key in the where clause.", operation);
	return plan.key;
}

void
dyn_partiql_refuse_exists(void)
{
	dyn_partiql_refuse("EXISTS (SELECT ...) is a statement of its own in ExecuteTransaction.",
					   "EXISTS can only be used in ExecuteTransaction write requests.");
}

void
dyn_partiql_refuse_scan(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_ACCESS_DENIED),
			 errmsg("PartiQL that reads a whole table or index is refused"),
			 errdetail("The WHERE clause does not compare the partition key with =, or with IN."),
			 errhint("Name the partition key, use an index whose partition key it names, or set dynamo.partiql_scans to on.")));
}

static void
check_scan(const DynPartiqlPrepared *prepared, const DynPartiqlPlan *plan)
{
	if (!dyn_partiql_scans && plan->access == PARTIQL_BY_SCAN)
		dyn_partiql_refuse_scan();
}

static void
get_item(const ExecuteStatementRequest *request, const DynPartiqlPlan *plan, ExecuteStatementResponse *response)
{
	GetItemRequest get = {
		.table_name = request->prepared->table_name,
		.key = plan->key,
		.consistent_read = request->consistent_read,
		.return_consumed_capacity = request->return_consumed_capacity,
	};
	GetItemResponse got;
	DynValue	projected;

	/* one item has no second page */
	if (request->next_token != NULL)
	{
		(void) dyn_next_token_read(&request->prepared->input, request->next_token, request->next_token_length);
		dyn_next_token_refuse();
	}
	dyn_get_item(&get, &got);
	response->consumed_capacity = got.consumed_capacity;
	if (!got.found || (plan->filter != NULL && !dyn_condition_matches(plan->filter, &got.item)))
		return;
	if (request->prepared->projection == NULL)
	{
		request->receive(request->receive_arg, &got.item);
		return;
	}
	projected = dyn_project(request->prepared->projection, &got.item);
	request->receive(request->receive_arg, &projected);
}

static void
read_page(const ExecuteStatementRequest *request, const DynPartiqlPlan *plan, ExecuteStatementResponse *response)
{
	const DynPartiqlPrepared *prepared = request->prepared;
	DynPageRequest page_request = {
		.table_name = prepared->table_name,
		.index_name = prepared->index_name,
		.index_name_length = prepared->index_name_length,
		.projection = prepared->projection,
		.filter = plan->filter,
		.limit = request->limit,
		.consistent_read = request->consistent_read,
		.return_consumed_capacity = request->return_consumed_capacity,
		.receive = request->receive,
		.receive_arg = request->receive_arg,
	};
	DynPageResponse answer;
	DynPage		page;

	if (request->next_token != NULL)
	{
		page_request.has_start_key = true;
		page_request.exclusive_start_key = dyn_next_token_read(&prepared->input, request->next_token,
															   request->next_token_length);
	}
	dyn_page_open(&page, "ExecuteStatement", &page_request);
	dyn_page_check_projected(&page, plan->keyed);
	if (page_request.has_start_key)
		check_start(&page, plan);
	dyn_page_read_ranges(&page, plan->nranges, plan->ranges, plan->backward, &answer);
	dyn_page_close(&page);

	response->consumed_capacity = answer.consumed_capacity;
	if (!answer.has_last_evaluated_key)
		return;
	response->last_evaluated_key = answer.last_evaluated_key;
	response->next_token = dyn_next_token_make(&prepared->input, &answer.last_evaluated_key);
}

/* Is the token's start key one that the page before can have ended at? */
static void
check_start(DynPage *page, const DynPartiqlPlan *plan)
{
	const DynKeySchema *table = &page->relation.table->key_schema;
	const DynValue *map = &page->request->exclusive_start_key;
	int			expected = dyn_value_count(map);
	struct varlena *key;
	DynKeyFault fault;
	DynValue	copy;

	key = dyn_key_make(table, map, &fault);
	if (key != NULL && page->index != NULL)
		key = dyn_key_make(page->key_schema, map, &fault);
	if (key == NULL)
		dyn_next_token_refuse();
	copy = dyn_last_evaluated_key(page, map);
	if (dyn_value_count(&copy) != expected)
		dyn_next_token_refuse();
	for (int i = 0; i < plan->nranges; i++)
		if (dyn_key_range_contains(&plan->ranges[i], key))
		{
			dyn_start_key_make(page);
			return;
		}
	dyn_next_token_refuse();
}
