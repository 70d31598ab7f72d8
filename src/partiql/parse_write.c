/*-------------------------------------------------------------------------
 *
 * parse_write.c
 *	  INSERT, UPDATE and DELETE; their grammar is in parse.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "partiql/parser.h"

static void parse_changes(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_returning(DynPartiqlParser *parser, DynPartiqlStatement *statement);

/* The table that a write names. */
static void
parse_target(DynPartiqlParser *parser, DynPartiqlStatement *statement, const char *if_none)
{
	statement->sources = list_make1(dyn_partiql_parse_aliased_source(parser, if_none));
}

/* Without VALUE it is the form of SQL that inserts many, which is read only to be refused. */
DynPartiqlStatement *
dyn_partiql_parse_insert(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = dyn_partiql_make_statement(parser, PARTIQL_INSERT);

	parser->at++;
	if (!dyn_partiql_accept_word(parser, "INTO"))
		dyn_partiql_syntax_error(parser, "Expected INTO");
	statement->sources = list_make1(dyn_partiql_parse_source(parser, "Expected identifier for simple path"));
	statement->many_items = !dyn_partiql_accept_word(parser, "VALUE");
	statement->item = dyn_partiql_parse_expression(parser);
	parse_returning(parser, statement);
	return statement;
}

DynPartiqlStatement *
dyn_partiql_parse_update(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = dyn_partiql_make_statement(parser, PARTIQL_UPDATE);

	parser->at++;
	parse_target(parser, statement, "Expected identifier for simple path");
	parse_changes(parser, statement);
	dyn_partiql_parse_where(parser, statement);
	parse_returning(parser, statement);
	return statement;
}

DynPartiqlStatement *
dyn_partiql_parse_from_update(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = dyn_partiql_make_statement(parser, PARTIQL_UPDATE);

	parser->at++;
	parse_target(parser, statement, "Unexpected term");
	dyn_partiql_parse_where(parser, statement);
	parse_changes(parser, statement);
	parse_returning(parser, statement);
	return statement;
}

DynPartiqlStatement *
dyn_partiql_parse_delete(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = dyn_partiql_make_statement(parser, PARTIQL_DELETE);

	parser->at++;
	if (!dyn_partiql_accept_word(parser, "FROM"))
		dyn_partiql_syntax_error(parser, "Expected FROM");
	parse_target(parser, statement, "Expected identifier for simple path");
	dyn_partiql_parse_where(parser, statement);
	parse_returning(parser, statement);
	return statement;
}

static DynPartiqlChange *
parse_change(DynPartiqlParser *parser, bool has_value)
{
	DynPartiqlChange *change = palloc0(sizeof(DynPartiqlChange));

	if (!dyn_partiql_is_identifier(dyn_partiql_next(parser)))
		dyn_partiql_syntax_error(parser, "Expected identifier for simple path");
	change->place = dyn_partiql_place(dyn_partiql_next(parser));
	dyn_partiql_parse_path(parser, &change->path);
	if (!has_value)
		return change;
	if (!dyn_partiql_accept_symbol(parser, "="))
		dyn_partiql_syntax_error(parser, "Expected '='");
	change->value = dyn_partiql_parse_expression(parser);
	return change;
}

static void
parse_changes(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	for (;;)
	{
		if (dyn_partiql_accept_word(parser, "SET"))
		{
			do
				statement->changes = lappend(statement->changes, parse_change(parser, true));
			while (dyn_partiql_accept_symbol(parser, ","));
		}
		else if (dyn_partiql_accept_word(parser, "REMOVE"))
			statement->changes = lappend(statement->changes, parse_change(parser, false));
		else if (statement->changes == NIL)
			dyn_partiql_syntax_error(parser, "Expected data manipulation");
		else
			return;
	}
}

static void
parse_returning(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	bool		modified;
	bool		new;

	if (!dyn_partiql_accept_word(parser, "RETURNING"))
		return;
	modified = dyn_partiql_accept_word(parser, "MODIFIED");
	if (!modified && !dyn_partiql_accept_word(parser, "ALL"))
		dyn_partiql_syntax_error(parser, "Expected ALL or MODIFIED in a returning clause.");
	new = dyn_partiql_accept_word(parser, "NEW");
	if (!new && !dyn_partiql_accept_word(parser, "OLD"))
		dyn_partiql_syntax_error(parser, "Expected OLD or NEW in a returning clause.");
	if (!dyn_partiql_accept_symbol(parser, "*"))
		dyn_partiql_refuse("Write RETURNING ALL NEW *, for example.",
						   "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
	statement->returning = modified ?
		(new ? PARTIQL_RETURNING_MODIFIED_NEW : PARTIQL_RETURNING_MODIFIED_OLD) :
		(new ? PARTIQL_RETURNING_ALL_NEW : PARTIQL_RETURNING_ALL_OLD);
}
