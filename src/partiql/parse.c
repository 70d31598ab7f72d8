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
static DynPartiqlStatement *parse_exists(DynPartiqlParser *parser);
static void parse_select_list(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_sources(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_select_clauses(DynPartiqlParser *parser, DynPartiqlStatement *statement);
static void parse_order_by(DynPartiqlParser *parser, DynPartiqlStatement *statement);

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

DynPartiqlStatement *
dyn_partiql_make_statement(const DynPartiqlParser *parser, DynPartiqlVerb verb)
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
		{"INSERT", dyn_partiql_parse_insert},
		{"UPDATE", dyn_partiql_parse_update},
		{"FROM", dyn_partiql_parse_from_update},
		{"DELETE", dyn_partiql_parse_delete},
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
	DynPartiqlStatement *statement = dyn_partiql_make_statement(parser, PARTIQL_SELECT);

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
	dyn_partiql_parse_where(parser, statement);
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
	statement->sources = list_make1(dyn_partiql_parse_aliased_source(parser, "Unexpected term"));
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
		source = dyn_partiql_parse_aliased_source(parser, "Unexpected term");
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
	DynPartiqlStatement *statement = dyn_partiql_make_statement(parser, PARTIQL_EXISTS);

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
DynPartiqlSource *
dyn_partiql_parse_source(DynPartiqlParser *parser, const char *if_none)
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

DynPartiqlSource *
dyn_partiql_parse_aliased_source(DynPartiqlParser *parser, const char *if_none)
{
	DynPartiqlSource *source = dyn_partiql_parse_source(parser, if_none);

	source->has_alias = parse_alias(parser, &source->alias);
	return source;
}

void
dyn_partiql_parse_where(DynPartiqlParser *parser, DynPartiqlStatement *statement)
{
	if (dyn_partiql_accept_word(parser, "WHERE"))
		statement->where = dyn_partiql_parse_expression(parser);
}
