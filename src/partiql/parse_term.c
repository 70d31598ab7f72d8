/*-------------------------------------------------------------------------
 *
 * parse_term.c
 *	  What stands between the operators of an expression.
 *
 *	term		:= ? | number | 'string' | TRUE | FALSE | NULL | MISSING
 *				 | [ list ] | << bag >> | { map } | ( expression, ... ) | ( select )
 *				 | function ( expression, ... ) | EXISTS ( select ) | path
 *	path		:= name (. name | [ integer ] | [ 'name' ])* [ . * | [ * ] ]
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "partiql/parser.h"

/* Keywords that begin a call, all the same. */
static const char *const callable[] = {"SIZE", "EXISTS", "COUNT", "SUM", "MIN", "MAX", "AVG", "UPPER", "LOWER", "CHAR_LENGTH", "COALESCE"};

/* Keywords that stand between operands. */
static const char *const infix_words[] = {"AND", "OR", "IN", "IS", "LIKE", "BETWEEN"};

/* Elements of a list, a call ..., while they are read. */
typedef struct Elements
{
	int			count;
	int			room;
	DynPartiqlNode **nodes;
} Elements;

static DynPartiqlNode *parse_word(DynPartiqlParser *parser);
static DynPartiqlNode *parse_container(DynPartiqlParser *parser, DynPartiqlKind kind, const char *close, const char *expected);
static DynPartiqlNode *parse_map(DynPartiqlParser *parser);
static DynPartiqlNode *parse_call(DynPartiqlParser *parser);
static void parse_bracket(DynPartiqlParser *parser, DynPartiqlPath *path, int *room);
static int32 parse_index(DynPartiqlParser *parser);
pg_noreturn static void raise_no_term(const DynPartiqlParser *parser);

static void
add_element(Elements *elements, DynPartiqlNode *node)
{
	if (elements->count == elements->room)
	{
		elements->room = elements->room == 0 ? 8 : elements->room * 2;
		elements->nodes = elements->nodes == NULL ?
			palloc(sizeof(DynPartiqlNode *) * elements->room) :
			repalloc(elements->nodes, sizeof(DynPartiqlNode *) * elements->room);
	}
	elements->nodes[elements->count++] = node;
}

DynPartiqlNode *
dyn_partiql_parse_term(DynPartiqlParser *parser)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);
	DynPartiqlNode *node;

	check_stack_depth();
	switch (token->kind)
	{
		case PARTIQL_PARAMETER:
			node = dyn_partiql_make_node(parser, PARTIQL_NODE_PARAMETER);
			node->number = parser->nparameters++;
			parser->at++;
			return node;

		case PARTIQL_NUMBER:
			node = dyn_partiql_make_node(parser, PARTIQL_NODE_NUMBER);
			node->name = dyn_partiql_take_name(parser);
			return node;

		case PARTIQL_STRING:
			node = dyn_partiql_make_node(parser, PARTIQL_NODE_LITERAL);
			node->value = (DynValue) {DYN_TAG_S, token->value_length, (const uint8 *) token->value};
			parser->at++;
			return node;

		case PARTIQL_QUOTED:
		case PARTIQL_WORD:
			return parse_word(parser);

		default:
			break;
	}
	if (dyn_partiql_is_symbol(token, "("))
	{
		/* around one expression they only group */
		node = dyn_partiql_parse_parentheses(parser);
		return node->kind == PARTIQL_NODE_SEQUENCE && node->nargs == 1 ? node->args[0] : node;
	}
	if (dyn_partiql_is_symbol(token, "["))
		return parse_container(parser, PARTIQL_NODE_LIST, "]", "Expected RIGHT_BRACKET");
	if (dyn_partiql_is_symbol(token, "<<"))
		return parse_container(parser, PARTIQL_NODE_BAG, ">>", "Expected RIGHT_DOUBLE_ANGLE_BRACKET");
	if (dyn_partiql_is_symbol(token, "{"))
		return parse_map(parser);
	raise_no_term(parser);
}

/* What stands where a term should begin is none. */
static void
raise_no_term(const DynPartiqlParser *parser)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);

	if (token->kind == PARTIQL_OPERATOR)
		dyn_partiql_syntax_error(parser, "Unexpected operator");
	if (token->kind != PARTIQL_WORD)
		dyn_partiql_syntax_error(parser, "Unexpected term");
	for (int i = 0; i < lengthof(infix_words); i++)
		if (dyn_partiql_is_word(token, infix_words[i]))
			dyn_partiql_syntax_error(parser, "Unexpected operator");
	dyn_partiql_syntax_error(parser, "Unexpected keyword");
}

/* A constant, a call or a path. */
static DynPartiqlNode *
parse_word(DynPartiqlParser *parser)
{
	static const struct
	{
		const char *word;
		DynTag		tag;
	}			constants[] = {{"TRUE", DYN_TAG_TRUE}, {"FALSE", DYN_TAG_FALSE}, {"NULL", DYN_TAG_NULL}};
	const DynPartiqlToken *token = dyn_partiql_next(parser);
	bool		called = dyn_partiql_is_symbol(dyn_partiql_after_next(parser), "(");
	DynPartiqlNode *node;

	for (int i = 0; i < lengthof(constants); i++)
		if (dyn_partiql_is_word(token, constants[i].word))
		{
			node = dyn_partiql_make_node(parser, PARTIQL_NODE_LITERAL);
			node->value.tag = constants[i].tag;
			parser->at++;
			return node;
		}
	if (dyn_partiql_is_word(token, "MISSING"))
	{
		node = dyn_partiql_make_node(parser, PARTIQL_NODE_MISSING);
		parser->at++;
		return node;
	}
	if (called && token->kind == PARTIQL_WORD && !token->reserved)
		return parse_call(parser);
	for (int i = 0; called && i < lengthof(callable); i++)
		if (dyn_partiql_is_word(token, callable[i]))
			return parse_call(parser);
	if (!dyn_partiql_is_identifier(token))
		raise_no_term(parser);

	node = dyn_partiql_make_node(parser, PARTIQL_NODE_PATH);
	dyn_partiql_parse_path(parser, &node->path);
	return node;
}

DynPartiqlNode *
dyn_partiql_parse_parentheses(DynPartiqlParser *parser)
{
	Elements	elements = {0};
	DynPartiqlNode *sequence = dyn_partiql_make_node(parser, PARTIQL_NODE_SEQUENCE);

	parser->at++;
	if (dyn_partiql_is_word(dyn_partiql_next(parser), "SELECT"))
	{
		sequence->kind = PARTIQL_NODE_SELECT;
		sequence->select = dyn_partiql_parse_select(parser);
	}
	else
	{
		do
			add_element(&elements, dyn_partiql_parse_expression(parser));
		while (dyn_partiql_accept_symbol(parser, ","));
		sequence->nargs = elements.count;
		sequence->args = elements.nodes;
	}
	if (!dyn_partiql_accept_symbol(parser, ")"))
		dyn_partiql_syntax_error(parser, "Expected RIGHT_PAREN");
	return sequence;
}

/* Expressions between commas, up to what closes them. */
static void
parse_elements(DynPartiqlParser *parser, DynPartiqlNode *node, const char *close, const char *expected)
{
	Elements	elements = {0};

	if (!dyn_partiql_accept_symbol(parser, close))
	{
		do
			add_element(&elements, dyn_partiql_parse_expression(parser));
		while (dyn_partiql_accept_symbol(parser, ","));
		if (!dyn_partiql_accept_symbol(parser, close))
			dyn_partiql_syntax_error(parser, expected);
	}
	node->nargs = elements.count;
	node->args = elements.nodes;
}

static DynPartiqlNode *
parse_container(DynPartiqlParser *parser, DynPartiqlKind kind, const char *close, const char *expected)
{
	DynPartiqlNode *node = dyn_partiql_make_node(parser, kind);

	parser->at++;
	parse_elements(parser, node, close, expected);
	return node;
}

static DynPartiqlNode *
parse_map(DynPartiqlParser *parser)
{
	DynPartiqlNode *node = dyn_partiql_make_node(parser, PARTIQL_NODE_MAP);
	Elements	elements = {0};

	parser->at++;
	if (!dyn_partiql_accept_symbol(parser, "}"))
	{
		do
		{
			add_element(&elements, dyn_partiql_parse_expression(parser));
			if (!dyn_partiql_accept_symbol(parser, ":"))
				dyn_partiql_syntax_error(parser, "Expected COLON");
			add_element(&elements, dyn_partiql_parse_expression(parser));
		} while (dyn_partiql_accept_symbol(parser, ","));
		if (!dyn_partiql_accept_symbol(parser, "}"))
			dyn_partiql_syntax_error(parser, "Expected RIGHT_CURLY");
	}
	node->nargs = elements.count;
	node->args = elements.nodes;
	return node;
}

static DynPartiqlNode *
parse_call(DynPartiqlParser *parser)
{
	DynPartiqlNode *node = dyn_partiql_make_node(parser, PARTIQL_NODE_CALL);
	Elements	elements = {0};

	node->name = dyn_partiql_change_case(dyn_partiql_take_name(parser), pg_ascii_tolower);
	parser->at++;
	if (strcmp(node->name.data, "exists") == 0 && dyn_partiql_is_word(dyn_partiql_next(parser), "SELECT"))
	{
		node->kind = PARTIQL_NODE_SELECT;
		node->select = dyn_partiql_parse_select(parser);
		if (!dyn_partiql_accept_symbol(parser, ")"))
			dyn_partiql_syntax_error(parser, "Expected RIGHT_PAREN");
		return node;
	}
	if (dyn_partiql_is_symbol(dyn_partiql_next(parser), "*"))
	{
		add_element(&elements, dyn_partiql_make_node(parser, PARTIQL_NODE_STAR));
		parser->at++;
		node->nargs = elements.count;
		node->args = elements.nodes;
		if (!dyn_partiql_accept_symbol(parser, ")"))
			dyn_partiql_syntax_error(parser, "Expected RIGHT_PAREN");
		return node;
	}
	parse_elements(parser, node, ")", "Expected RIGHT_PAREN");
	return node;
}

static void
add_step(DynPartiqlPath *path, int *room, DynPathStep step)
{
	if (path->count == *room)
	{
		*room *= 2;
		path->steps = repalloc(path->steps, sizeof(DynPathStep) * *room);
	}
	path->steps[path->count++] = step;
}

void
dyn_partiql_parse_path(DynPartiqlParser *parser, DynPartiqlPath *path)
{
	int			room = 4;
	DynPartiqlName name = dyn_partiql_take_name(parser);

	memset(path, 0, sizeof(DynPartiqlPath));
	path->steps = palloc(sizeof(DynPathStep) * room);
	add_step(path, &room, (DynPathStep) {.name = name.data, .name_length = name.length});
	for (;;)
	{
		if (dyn_partiql_accept_symbol(parser, "."))
		{
			if (dyn_partiql_accept_symbol(parser, "*"))
				path->unpivot = true;
			else if (dyn_partiql_is_identifier(dyn_partiql_next(parser)))
			{
				name = dyn_partiql_take_name(parser);
				add_step(path, &room, (DynPathStep) {.name = name.data, .name_length = name.length});
			}
			else
				dyn_partiql_syntax_error(parser, "Invalid path dot component");
		}
		else if (dyn_partiql_accept_symbol(parser, "["))
			parse_bracket(parser, path, &room);
		else
			return;
	}
}

/* What is in brackets: an index, a name as a string, or *. */
static void
parse_bracket(DynPartiqlParser *parser, DynPartiqlPath *path, int *room)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);

	if (dyn_partiql_accept_symbol(parser, "*"))
		path->wildcard = true;
	else if (token->kind == PARTIQL_STRING)
	{
		add_step(path, room, (DynPathStep) {.name = token->value, .name_length = token->value_length});
		parser->at++;
	}
	else
		add_step(path, room, (DynPathStep) {.index = parse_index(parser)});
	if (!dyn_partiql_accept_symbol(parser, "]"))
		dyn_partiql_syntax_error(parser, "Expected RIGHT_BRACKET");
}

static int32
parse_index(DynPartiqlParser *parser)
{
	bool		negative = dyn_partiql_accept_symbol(parser, "-");
	const DynPartiqlToken *token = dyn_partiql_next(parser);
	int64		index = 0;
	bool		fits = !negative;

	if (token->kind != PARTIQL_NUMBER)
		dyn_partiql_syntax_error(parser, "Unexpected term");
	for (uint32 i = 0; i < token->length && fits; i++)
	{
		fits = token->value[i] >= '0' && token->value[i] <= '9';
		index = index * 10 + (token->value[i] - '0');
		fits = fits && index <= PG_INT32_MAX;
	}
	if (!fits)
		dyn_partiql_refuse("The index of a list's element is a whole number, from 0 on.",
						   "List index is not within the allowable range; index: [%s%.*s]",
						   negative ? "-" : "", (int) token->length, token->value);
	parser->at++;
	return (int32) index;
}
