/*-------------------------------------------------------------------------
 *
 * check.c
 *	  What of PartiQL is DynamoDB's.
 *
 * The parser takes more than the service does, because dynamo.partiql has
 * more; here the rest is refused, in the service's words where they are
 * known.  Nothing in here needs the table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "partiql/compile.h"

static void check_select(const DynPartiqlStatement *statement);
static void check_select_list(const DynPartiqlStatement *statement);
static void check_insert(const DynPartiqlStatement *statement);
static void check_update(const DynPartiqlStatement *statement);
static void check_delete(const DynPartiqlStatement *statement);
static const DynPartiqlSource *check_source(const DynPartiqlStatement *statement);

void
dyn_partiql_check_parameters(const DynPartiqlInput *input)
{
	if (input->nparameters == input->statement->nparameters)
		return;
	dyn_partiql_refuse(psprintf("The statement has %d, the request has %d.",
								input->statement->nparameters, input->nparameters),
					   "Number of parameters in request and statement don't match.");
}

void
dyn_partiql_check(const DynPartiqlInput *input)
{
	switch (input->statement->verb)
	{
		case PARTIQL_SELECT:
			check_select(input->statement);
			return;
		case PARTIQL_INSERT:
			check_insert(input->statement);
			return;
		case PARTIQL_UPDATE:
			check_update(input->statement);
			return;
		case PARTIQL_DELETE:
			check_delete(input->statement);
			return;
		case PARTIQL_EXISTS:
			check_select(input->statement->select);
			return;
	}
}

static void
check_select(const DynPartiqlStatement *statement)
{
	const char *hint = "dynamo.partiql takes it, in the FROM of an SQL query.";

	if (statement->select_value)
		dyn_partiql_refuse("Name the attributes, or write SELECT *.",
						   "Select projection doesn't support value or pivot keywords");
	if (list_length(statement->sources) > 1)
		dyn_partiql_refuse(hint, "Only select from a single table or index is supported.");
	(void) check_source(statement);
	check_select_list(statement);
	if (statement->distinct)
		dyn_partiql_refuse(hint, "Unsupported clause: DISTINCT%s", dyn_partiql_at(statement->text, statement->place));
	if (statement->extension.name != NULL)
		dyn_partiql_refuse(hint, "Unsupported clause: %s%s", statement->extension.name,
						   dyn_partiql_at(statement->text, statement->extension.place));
}

static void
check_select_list(const DynPartiqlStatement *statement)
{
	ListCell   *cell;

	foreach(cell, statement->selected)
	{
		const DynPartiqlSelected *selected = lfirst(cell);

		if (selected->has_alias)
			dyn_partiql_refuse("An attribute is returned by its own name.", "Aliasing is not supported");
		if (selected->node->kind == PARTIQL_NODE_STAR)
		{
			if (list_length(statement->selected) > 1)
				dyn_partiql_refuse("* is all of them.",
								   "Other attributes should not be present in the projection when '*' is used.");
			continue;
		}
		if (selected->node->kind != PARTIQL_NODE_PATH)
			dyn_partiql_refuse("Name the attributes, or write SELECT *; dynamo.partiql takes more, in the FROM of an SQL query.",
							   "Unexpected path component%s", dyn_partiql_at(statement->text, selected->node->place));
	}
}

/* The table or index, which must have no alias. */
static const DynPartiqlSource *
check_source(const DynPartiqlStatement *statement)
{
	const DynPartiqlSource *source = linitial(statement->sources);

	if (source->has_alias)
		dyn_partiql_refuse("Name attributes without their table.", "Aliasing is not supported");
	return source;
}

static void
check_insert(const DynPartiqlStatement *statement)
{
	if (check_source(statement)->has_index)
		dyn_partiql_refuse("Insert into the table; its indexes follow.",
						   "FROM clause may only contain a single table name in data manipulation statements");
	if (statement->many_items)
		dyn_partiql_refuse("BatchExecuteStatement takes 25 statements.",
						   "Unsupported operation: Inserting multiple items in a single statement is not supported, use \"INSERT INTO tableName VALUE item\" instead");
	if (statement->returning != PARTIQL_RETURNING_NOTHING)
		dyn_partiql_refuse("What is inserted is the item of the statement.", "RETURNING is not supported in INSERT");
}

void
dyn_partiql_refuse_index(void)
{
	dyn_partiql_refuse("Write to the table; its indexes follow.", "This operation is not supported on an index");
}

static void
check_update(const DynPartiqlStatement *statement)
{
	if (check_source(statement)->has_index)
		dyn_partiql_refuse_index();
}

static void
check_delete(const DynPartiqlStatement *statement)
{
	static const char *const clauses[] = {
		[PARTIQL_RETURNING_ALL_NEW] = "ALL NEW *",
		[PARTIQL_RETURNING_MODIFIED_OLD] = "MODIFIED OLD *",
		[PARTIQL_RETURNING_MODIFIED_NEW] = "MODIFIED NEW *",
	};

	if (check_source(statement)->has_index)
		dyn_partiql_refuse_index();
	if (statement->returning != PARTIQL_RETURNING_NOTHING && statement->returning != PARTIQL_RETURNING_ALL_OLD)
		dyn_partiql_refuse("What is deleted has no new image.",
						   "Invalid returning clause: RETURNING %s. Only RETURNING ALL OLD * is allowed in DELETE statements.",
						   clauses[statement->returning]);
}
