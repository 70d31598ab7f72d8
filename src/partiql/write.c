/*-------------------------------------------------------------------------
 *
 * write.c
 *	  INSERT, UPDATE and DELETE: one item each, through the engine's write
 *	  path.
 *
 *	INSERT	puts the item where there is none
 *	UPDATE	updates the item where there is one that meets the WHERE clause
 *	DELETE	deletes the item if it meets the WHERE clause; where there is none,
 *			there is nothing to do, whatever the WHERE clause says
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "engine/item_operations.h"
#include "index/relation.h"
#include "partiql/partiql.h"

static void insert(const ExecuteStatementRequest *request, const DynPartiqlWrite *write, WriteItemResponse *written);
static void update(const ExecuteStatementRequest *request, const DynPartiqlWrite *write, WriteItemResponse *written);
static void delete(const ExecuteStatementRequest *request, const DynPartiqlWrite *write, WriteItemResponse *written);

void
dyn_execute_write(const ExecuteStatementRequest *request, ExecuteStatementResponse *response)
{
	const DynPartiqlPrepared *prepared = request->prepared;
	DynPartiqlWrite write;
	WriteItemResponse written;
	DynRelation relation;

	memset(response, 0, sizeof(ExecuteStatementResponse));
	if (request->next_token != NULL)
		dyn_next_token_refuse();
	dyn_relation_open("ExecuteStatement", prepared->table_name.data, prepared->table_name.length,
					  dyn_partiql_privileges(prepared->input.statement), RowExclusiveLock, &relation);
	dyn_partiql_plan_prepared_write(prepared, relation.table, &write);
	dyn_relation_close(&relation);

	if (prepared->statement->verb == PARTIQL_INSERT)
		insert(request, &write, &written);
	else if (prepared->statement->verb == PARTIQL_UPDATE)
		update(request, &write, &written);
	else
		delete(request, &write, &written);

	response->consumed_capacity = written.consumed_capacity;
	response->condition_failed = written.condition_failed;
	response->duplicate = written.condition_failed && prepared->statement->verb == PARTIQL_INSERT;
	response->has_item = written.condition_failed && written.has_attributes;
	response->item = written.attributes;
	if (!written.condition_failed && written.has_attributes)
		request->receive(request->receive_arg, &written.attributes);
}

AclMode
dyn_partiql_privileges(const DynPartiqlStatement *statement)
{
	switch (statement->verb)
	{
		case PARTIQL_SELECT:
			return ACL_SELECT;
		case PARTIQL_INSERT:
			return ACL_SELECT | ACL_INSERT;
		case PARTIQL_UPDATE:
		case PARTIQL_EXISTS:	/* it locks the item */
			return ACL_SELECT | ACL_UPDATE;
		default:
			return ACL_SELECT | ACL_DELETE;
	}
}

void
dyn_partiql_plan_prepared_write(const DynPartiqlPrepared *prepared, const DynTable *table, DynPartiqlWrite *write)
{
	const DynKeyAttribute *partition = &table->key_schema.attributes[0];
	DynPartiqlVerb verb = prepared->input.statement->verb;

	memset(write, 0, sizeof(DynPartiqlWrite));
	if (verb != PARTIQL_INSERT)
		dyn_partiql_plan_write(prepared->where, table, &write->key, &write->condition);
	if (verb != PARTIQL_DELETE || write->condition != NULL)
		write->condition = dyn_partiql_condition_on_existence(write->condition, partition->name, partition->name_length,
															  verb == PARTIQL_UPDATE || verb == PARTIQL_EXISTS);
}

static void
insert(const ExecuteStatementRequest *request, const DynPartiqlWrite *write, WriteItemResponse *written)
{
	PutItemRequest put = {
		.table_name = request->prepared->table_name,
		.item = request->prepared->item,
		.condition = write->condition,
		.only_new = true,
		.return_consumed_capacity = request->return_consumed_capacity,
	};

	dyn_put_item(&put, written);
}

static void
update(const ExecuteStatementRequest *request, const DynPartiqlWrite *write, WriteItemResponse *written)
{
	static const DynReturnValues returned[] = {
		[PARTIQL_RETURNING_NOTHING] = DYN_RETURN_NONE,
		[PARTIQL_RETURNING_ALL_OLD] = DYN_RETURN_ALL_OLD,
		[PARTIQL_RETURNING_ALL_NEW] = DYN_RETURN_ALL_NEW,
		[PARTIQL_RETURNING_MODIFIED_OLD] = DYN_RETURN_UPDATED_OLD,
		[PARTIQL_RETURNING_MODIFIED_NEW] = DYN_RETURN_UPDATED_NEW,
	};
	UpdateItemRequest update = {
		.table_name = request->prepared->table_name,
		.key = write->key,
		.update = request->prepared->update,
		.condition = write->condition,
		.only_existing = true,
		.measure_flat = true,
		.return_item_on_failure = request->return_item_on_failure,
		.return_values = returned[request->prepared->statement->returning],
		.return_consumed_capacity = request->return_consumed_capacity,
	};

	dyn_update_item(&update, written);
}

static void
delete(const ExecuteStatementRequest *request, const DynPartiqlWrite *write, WriteItemResponse *written)
{
	DeleteItemRequest delete = {
		.table_name = request->prepared->table_name,
		.key = write->key,
		.condition = write->condition,
		.return_item_on_failure = request->return_item_on_failure,
		.return_values = request->prepared->statement->returning == PARTIQL_RETURNING_ALL_OLD ?
			DYN_RETURN_ALL_OLD : DYN_RETURN_NONE,
		.return_consumed_capacity = request->return_consumed_capacity,
	};

	dyn_delete_item(&delete, written);
}
