/*-------------------------------------------------------------------------
 *
 * parse.c
 *	  PartiQL statements: a recursive-descent parser.
 *
 *	statement	:= (select | insert | update | from-update | delete | EXISTS ( select )) [;]
 *	select		:= SELECT [DISTINCT | VALUE] (* | expression [[AS] alias], ...) FROM source, ...
 *				   [WHERE expression] [GROUP BY expression, ...] [HAVING expression]
 *				   [ORDER BY expression [ASC | DESC], ...] [LIMIT expression] [OFFSET expression]
 *	source		:= name [. name] [[AS] alias] | source [INNER | LEFT [OUTER] | CROSS] JOIN source [ON expression]
 *	insert		:= INSERT INTO name VALUE expression [returning]
 *	update		:= UPDATE name change+ [WHERE expression] [returning]
 *	from-update	:= FROM name [WHERE expression] change+ [returning]
 *	change		:= SET path = expression, ... | REMOVE path
 *	delete		:= DELETE FROM name [WHERE expression] [returning]
 *	returning	:= RETURNING (ALL | MODIFIED) (OLD | NEW) *
 *
 * Parentheses around a FROM list's sources are not taken.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/error.h"
#include "partiql/parser.h"

static DynPartiqlStatement *parse_statement(DynPartiqlParser *parser);
static DynPartiqlStatement *parse_insert(DynPartiqlParser *parser);
static DynPartiqlStatement *parse_update(DynPartiqlParser *parser);
static DynPartiqlStatement *parse_from_update(DynPartiqlParser *parser);
static DynPartiqlStatement *parse_delete(DynPartiqlParser *parser);
static DynPartiqlStatement *parse_exists(DynPartiqlParser *parser);
static void parse_select_list(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_sources(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_select_clauses(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_order_by(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static DynPartiqlSource *parse_source(DynPartiqlParser *parser, const char *if_none);
static DynPartiqlSource *parse_aliased_source(DynPartiqlParser *parser, const char *if_none);
static void parse_target(DynPartiqlParser *parser, DynPartiqlStatement *statement, const char *if_none);
static void parse_changes(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_where(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_returning(DynPartiqlParser *parser, DynPartiqlStatement *statement);

DynPartiqlStatement *
dyn_partiql_parse(const char *text, size_t length)
{
	DynPartiqlParser parser = {text, (uint32) length};
	DynPartiqlStatement *statement;
	int			ntokens;

	if (length > DYN_MAX_STATEMENT_CHARACTERS &&
		pg_mbstrlen_with_len(text, (int) Min(length, 4 * DYN_MAX_STATEMENT_CHARACTERS + 1)) > DYN_MAX_STATEMENT_CHARACTERS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("1 validation error detected: Value at 'statement' failed to satisfy constraint: Member must have length less than or equal to %d",
						DYN_MAX_STATEMENT_CHARACTERS),
				 errhint("Give long values as parameters.")));

	parser.tokens = dyn_partiql_scan(text, parser.length, &ntokens);
	statement = parse_statement(&parser);
	(void) dyn_partiql_accept_symbol(&parser, ";");
	if (dyn_partiql_next(&parser)->kind != PARTIQL_END)
		dyn_partiql_syntax_error(&parser, "Unexpected token after expression");
	statement->nparameters = parser.nparameters;
	return statement;
}

static DynPartiqlStatement *
make_statement(const DynPartiqlParser *parser, DynPartiqlVerb verb)
{
	DynPartiqlStatement *statement = palloc0(sizeof(DynPartiqlStatement));

	statement->verb = verb;
	statement->text = parser->text;
	statement->length = parser->length;
	statement->place = dyn_partiql_place(dyn_partiql_next(parser));
	return statement;
}

static DynPartiqlStatement *
parse_statement(DynPartiqlParser *parser)
{
	static const struct
	{
		const char *word;
		DynPartiqlStatement *(*parse) (DynPartiqlParser *parser);
	}			verbs[] = {
		{"SELECT", dyn_partiql_parse_select},
		{"INSERT", parse_insert},
		{"UPDATE", parse_update},
		{"FROM", parse_from_update},
		{"DELETE", parse_delete},
		{"EXISTS", parse_exists},
	};

	for (int i = 0; i < lengthof(verbs); i++)
		if (dyn_partiql_is_word(dyn_partiql_next(parser), verbs[i].word))
			return verbs[i].parse(parser);
	dyn_partiql_syntax_error(parser, "Expected data manipulation");
}

/* ---- SELECT ---- */

DynPartiqlStatement *
dyn_partiql_parse_select(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = make_statement(parser, PARTIQL_SELECT);

	parser->at++;
	if (dyn_partiql_accept_word(parser, "DISTINCT"))
		statement->distinct = true;
	else
		(void) dyn_partiql_accept_word(parser, "ALL");
	if (dyn_partiql_accept_word(parser, "VALUE") || dyn_partiql_accept_word(parser, "PIVOT"))
		statement->select_value = true;
	parse_select_list(parser, statement);
	if (!dyn_partiql_accept_word(parser, "FROM"))
		dyn_partiql_syntax_error(parser, "Expected FROM");
	parse_sources(parser, statement);
	parse_where(parser, statement);
	parse_select_clauses(parser, statement);
	return statement;
}

/* Read [AS] alias. */
static bool
parse_alias(DynPartiqlParser *parser, DynPartiqlName *alias)
{
	const DynPartiqlToken *token;

	if (dyn_partiql_accept_word(parser, "AS") && !dyn_partiql_is_identifier(dyn_partiql_next(parser)))
		dyn_partiql_syntax_error(parser, "Expected identifier for alias");
	token = dyn_partiql_next(parser);
	/* SET and REMOVE, after the table of a FROM ... SET */
	if (!dyn_partiql_is_identifier(token))
		return false;
	*alias = (DynPartiqlName) {token->value, token->value_length, dyn_partiql_place(token)};
	parser->at++;
	return true;
}

static void
parse_select_list(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	do
	{
		DynPartiqlSelected *selected = palloc0(sizeof(DynPartiqlSelected));

		if (dyn_partiql_is_symbol(dyn_partiql_next(parser), "*"))
		{
			selected->node = palloc0(sizeof(DynPartiqlNode));
			selected->node->kind = PARTIQL_NODE_STAR;
			selected->node->place = dyn_partiql_place(dyn_partiql_next(parser));
			parser->at++;
		}
		else
		{
			selected->node = dyn_partiql_parse_expression(parser);
			selected->has_alias = parse_alias(parser, &selected->alias);
		}
		statement->selected = lappend(statement->selected, selected);
	} while (dyn_partiql_accept_symbol(parser, ","));
}

static void
parse_sources(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	statement->sources = list_make1(parse_aliased_source(parser, "Unexpected term"));
	for (;;)
	{
		DynPartiqlJoin join = PARTIQL_JOIN_CROSS;
		DynPartiqlSource *source;

		if (!dyn_partiql_accept_symbol(parser, ","))
		{
			if (dyn_partiql_accept_word(parser, "LEFT"))
			{
				join = PARTIQL_JOIN_LEFT;
				(void) dyn_partiql_accept_word(parser, "OUTER");
			}
			else if (dyn_partiql_accept_word(parser, "INNER") || dyn_partiql_is_word(dyn_partiql_next(parser), "JOIN"))
				join = PARTIQL_JOIN_INNER;
			else if (!dyn_partiql_accept_word(parser, "CROSS"))
				return;
			if (!dyn_partiql_accept_word(parser, "JOIN"))
				dyn_partiql_syntax_error(parser, "Expected JOIN");
		}
		source = parse_aliased_source(parser, "Unexpected term");
		source->join = join;
		if (join != PARTIQL_JOIN_CROSS)
		{
			if (!dyn_partiql_accept_word(parser, "ON"))
				dyn_partiql_syntax_error(parser, "Expected ON");
			source->on = dyn_partiql_parse_expression(parser);
		}
		statement->sources = lappend(statement->sources, source);
	}
}

/* Note a clause that is not DynamoDB's, at the token before the next one. */
static void
note_extension(const DynPartiqlParser *parser, DynPartiqlStatement *statement, const char *name)
{
	if (statement->extension.name != NULL)
		return;
	statement->extension.name = name;
	statement->extension.place = dyn_partiql_place(dyn_partiql_next(parser) - 1);
}

static void
parse_select_clauses(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	if (dyn_partiql_accept_word(parser, "GROUP"))
	{
		note_extension(parser, statement, "GROUP");
		if (!dyn_partiql_accept_word(parser, "BY"))
			dyn_partiql_syntax_error(parser, "Expected BY");
		do
			statement->group_by = lappend(statement->group_by, dyn_partiql_parse_expression(parser));
		while (dyn_partiql_accept_symbol(parser, ","));
	}
	if (dyn_partiql_accept_word(parser, "HAVING"))
	{
		note_extension(parser, statement, "HAVING");
		statement->having = dyn_partiql_parse_expression(parser);
	}
	if (dyn_partiql_accept_word(parser, "ORDER"))
		parse_order_by(parser, statement);
	if (dyn_partiql_accept_word(parser, "LIMIT"))
	{
		note_extension(parser, statement, "LIMIT");
		statement->limit = dyn_partiql_parse_expression(parser);
	}
	if (dyn_partiql_accept_word(parser, "OFFSET"))
	{
		note_extension(parser, statement, "OFFSET");
		statement->offset = dyn_partiql_parse_expression(parser);
	}
}

static void
parse_order_by(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	if (!dyn_partiql_accept_word(parser, "BY"))
		dyn_partiql_syntax_error(parser, "Expected BY");
	do
	{
		DynPartiqlOrder *order = palloc0(sizeof(DynPartiqlOrder));

		order->node = dyn_partiql_parse_expression(parser);
		order->descending = dyn_partiql_accept_word(parser, "DESC");
		if (!order->descending)
			(void) dyn_partiql_accept_word(parser, "ASC");
		statement->order_by = lappend(statement->order_by, order);
	} while (dyn_partiql_accept_symbol(parser, ","));
}

static DynPartiqlStatement *
parse_exists(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = make_statement(parser, PARTIQL_EXISTS);

	parser->at++;
	if (!dyn_partiql_accept_symbol(parser, "("))
		dyn_partiql_syntax_error(parser, "Expected LEFT_PAREN");
	if (!dyn_partiql_is_word(dyn_partiql_next(parser), "SELECT"))
		dyn_partiql_syntax_error(parser, "Expected data manipulation");
	statement->select = dyn_partiql_parse_select(parser);
	if (!dyn_partiql_accept_symbol(parser, ")"))
		dyn_partiql_syntax_error(parser, "Expected RIGHT_PAREN");
	return statement;
}

/* ---- what a statement reads or writes ---- */

static DynPartiqlName
parse_component(DynPartiqlParser *parser)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);

	if (token->value_length == 0)
		dyn_partiql_refuse("Name the table, and perhaps an index: \"Table\".\"Index\".",
						   "Path component cannot be an empty string");
	parser->at++;
	return (DynPartiqlName) {token->value, token->value_length, dyn_partiql_place(token)};
}

/* Read table or table.index, and an alias. */
static DynPartiqlSource *
parse_source(DynPartiqlParser *parser, const char *if_none)
{
	DynPartiqlSource *source = palloc0(sizeof(DynPartiqlSource));
	const DynPartiqlToken *token = dyn_partiql_next(parser);
	int			components = 1;

	if (!dyn_partiql_is_identifier(token))
	{
		if (token->kind == PARTIQL_END || token->kind == PARTIQL_PUNCTUATION || strcmp(if_none, "Unexpected term") != 0)
			dyn_partiql_syntax_error(parser, if_none);
		if (token->kind == PARTIQL_WORD)
			dyn_partiql_syntax_error(parser, "Unexpected keyword");
		dyn_partiql_refuse("FROM takes the name of a table, \"Table\", or of an index, \"Table\".\"Index\".",
						   "Unexpected from source%s", dyn_partiql_at(parser->text, dyn_partiql_place(token)));
	}
	source->table = parse_component(parser);
	while (dyn_partiql_accept_symbol(parser, "."))
	{
		if (!dyn_partiql_is_identifier(dyn_partiql_next(parser)))
			dyn_partiql_syntax_error(parser, "Invalid path dot component");
		if (++components == 2)
		{
			source->has_index = true;
			source->index = parse_component(parser);
		}
		else
			(void) parse_component(parser);
	}
	if (components > 2)
		dyn_partiql_refuse("Name the table, and perhaps an index: \"Table\".\"Index\".",
						   "A path may contain at most 2 components in the FROM clause");
	return source;
}

static DynPartiqlSource *
parse_aliased_source(DynPartiqlParser *parser, const char *if_none)
{
	DynPartiqlSource *source = parse_source(parser, if_none);

	source->has_alias = parse_alias(parser, &source->alias);
	return source;
}

/* The table that a write names. */
static void
parse_target(DynPartiqlParser *parser, DynPartiqlStatement *statement, const char *if_none)
{
	statement->sources = list_make1(parse_aliased_source(parser, if_none));
}

static void
parse_where(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	if (dyn_partiql_accept_word(parser, "WHERE"))
		statement->where = dyn_partiql_parse_expression(parser);
}

/* ---- writes ---- */

/* Without VALUE it is the form of SQL that inserts many, which is read only to be refused. */
static DynPartiqlStatement *
parse_insert(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = make_statement(parser, PARTIQL_INSERT);

	parser->at++;
	if (!dyn_partiql_accept_word(parser, "INTO"))
		dyn_partiql_syntax_error(parser, "Expected INTO");
	statement->sources = list_make1(parse_source(parser, "Expected identifier for simple path"));
	statement->many_items = !dyn_partiql_accept_word(parser, "VALUE");
	statement->item = dyn_partiql_parse_expression(parser);
	parse_returning(parser, statement);
	return statement;
}

static DynPartiqlStatement *
parse_update(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = make_statement(parser, PARTIQL_UPDATE);

	parser->at++;
	parse_target(parser, statement, "Expected identifier for simple path");
	parse_changes(parser, statement);
	parse_where(parser, statement);
	parse_returning(parser, statement);
	return statement;
}

static DynPartiqlStatement *
parse_from_update(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = make_statement(parser, PARTIQL_UPDATE);

	parser->at++;
	parse_target(parser, statement, "Unexpected term");
	parse_where(parser, statement);
	parse_changes(parser, statement);
	parse_returning(parser, statement);
	return statement;
}

static DynPartiqlStatement *
parse_delete(DynPartiqlParser *parser)
{
	DynPartiqlStatement *statement = make_statement(parser, PARTIQL_DELETE);

	parser->at++;
	if (!dyn_partiql_accept_word(parser, "FROM"))
		dyn_partiql_syntax_error(parser, "Expected FROM");
	parse_target(parser, statement, "Expected identifier for simple path");
	parse_where(parser, statement);
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
