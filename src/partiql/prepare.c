/*-------------------------------------------------------------------------
 *
 * prepare.c
 *	  A statement, read and checked as far as that goes without its table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "partiql/partiql.h"

void
dyn_partiql_prepare(const char *text, size_t length, int nparameters, const DynValue *parameters,
					DynPartiqlPrepared *prepared)
{
	const DynPartiqlStatement *statement = dyn_partiql_parse_cached(text, length);
	const DynPartiqlSource *source;

	memset(prepared, 0, sizeof(DynPartiqlPrepared));
	prepared->input.statement = statement;
	prepared->input.nparameters = nparameters;
	prepared->input.parameters = parameters;
	dyn_partiql_check(&prepared->input);
	dyn_partiql_check_parameters(&prepared->input);

	if (statement->verb == PARTIQL_EXISTS)
		statement = statement->select;
	prepared->statement = statement;
	source = linitial(statement->sources);
	prepared->table_name.data = source->table.data;
	prepared->table_name.length = source->table.length;
	if (source->has_index)
	{
		prepared->index_name = source->index.data;
		prepared->index_name_length = source->index.length;
	}

	if (statement->verb == PARTIQL_SELECT)
		prepared->projection = dyn_partiql_compile_projection(&prepared->input, statement->selected);
	else if (statement->verb == PARTIQL_UPDATE)
		prepared->update = dyn_partiql_compile_update(&prepared->input, statement->changes);
	else if (statement->verb == PARTIQL_INSERT)
		prepared->item = dyn_partiql_item(&prepared->input, statement->item);
	if (statement->where != NULL)
		prepared->where = dyn_partiql_compile_condition(&prepared->input, statement->where);
}
