/*-------------------------------------------------------------------------
 *
 * parse.c
 *	  Expression tokens to trees: a recursive-descent parser.
 *
 *	condition	or := and (OR and)*;  and := not (AND not)*;  not := NOT not | primary
 *				primary := ( or ) | operand comparator operand
 *						 | operand BETWEEN operand AND operand
 *						 | operand IN ( operand, ... ) | function
 *	operand		:= path | :v | function | ( operand ); in updates there is one pair at most
 *	path		:= step (. step | [ integer ])*;  step := word | #n
 *	update		:= (SET path = value, ... | REMOVE path, ... | ADD path :v, ... | DELETE path :v, ...)+
 *	value		:= operand [(+ | -) operand] | ( value )
 *	projection	:= path, ...
 *
 * An open parenthesis begins an operand if what follows its partner is a
 * comparator, BETWEEN, IN or a continuation of a path, and nothing between
 * them makes a condition; so the parser never goes back.
 *
 * What the text alone shows is refused here, in the service's order: size,
 * syntax, doubled parentheses, unknown functions, functions out of place,
 * reserved words, indexes, too many operators; in updates reserved words come
 * before functions.  The rest needs names and values and is bind.c's.  Errors
 * found while parsing are kept until the text has been read, because a syntax
 * error comes first wherever it stands.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/tree.h"

typedef struct Parser
{
	DynExpressionKind kind;
	const char *text;
	uint32		length;
	DynToken   *tokens;
	int			ntokens;
	int			at;				/* the next token */
	int		   *partner;		/* of TOKEN_OPEN: where it is closed, or -1 */
	int			noperators;

	/* the first of each kind of error, or NULL */
	bool		redundant_parentheses;
	char	   *wrong_function;
	DynFunction wrong_as;		/* FUNCTION_UNKNOWN, or a function of the other kind of expression */
	const char *misused_function;
	const char *repeated_section;
	char	   *reserved_word;
	char	   *wrong_index;

	List	   *paths;
	List	   *actions;
	DynToken   *names;
	int			nnames;
	DynToken   *values;
	int			nvalues;
} Parser;

typedef struct FunctionRow
{
	const char *name;
	int			operands;
	bool		in_conditions;	/* else in updates */
} FunctionRow;

/* In the order of DynFunction. */
static const FunctionRow functions[] = {
	{"attribute_exists", 1, true},
	{"attribute_not_exists", 1, true},
	{"attribute_type", 2, true},
	{"begins_with", 2, true},
	{"contains", 2, true},
	{"size", 1, true},
	{"if_not_exists", 2, false},
	{"list_append", 2, false},
};

static const char *const sections[] = {"SET", "REMOVE", "ADD", "DELETE"};	/* in the order of DynActionKind */

static void check_size(DynExpressionKind kind, const char *text, uint32 length);
static void find_partners(Parser *parser);
static void raise_kept_errors(Parser *parser);
static void raise_function_errors(Parser *parser);
static void raise_reserved_word(Parser *parser);
static DynNode *parse_or(Parser *parser);
static DynNode *parse_and(Parser *parser);
static DynNode *parse_not(Parser *parser);
static DynNode *parse_primary(Parser *parser);
static DynNode *parse_operand(Parser *parser);
static DynNode *parse_function(Parser *parser);
static DynNode *parse_set_value(Parser *parser);
static DynPath *parse_path(Parser *parser);
static void parse_update(Parser *parser);
static void parse_section(Parser *parser, DynActionKind kind);
static bool accept(Parser *parser, DynTokenKind kind);
pg_noreturn static void syntax_error(Parser *parser);

const char *
dyn_expression_kind_name(DynExpressionKind kind)
{
	switch (kind)
	{
		case DYN_EXPR_CONDITION:
			return "ConditionExpression";
		case DYN_EXPR_FILTER:
			return "FilterExpression";
		case DYN_EXPR_PROJECTION:
			return "ProjectionExpression";
		case DYN_EXPR_UPDATE:
			return "UpdateExpression";
		case DYN_EXPR_KEY_CONDITION:
			return "KeyConditionExpression";
	}
	elog(ERROR, "unexpected kind of expression: %d", (int) kind);
}

char *
dyn_expression_prefix(const DynExpression *expression)
{
	return expression->partiql ? pstrdup("") :
		psprintf("Invalid %s: ", dyn_expression_kind_name(expression->kind));
}

const char *
dyn_function_name(DynFunction function)
{
	return functions[function].name;
}

int
dyn_function_operands(DynFunction function)
{
	return functions[function].operands;
}

const char *
dyn_comparator_name(DynTokenKind comparator)
{
	static const char *const names[] = {"=", "<>", "<", "<=", ">", ">="};

	return names[comparator - TOKEN_EQ];
}

DynExpression *
dyn_expression_parse(DynExpressionKind kind, const char *text, uint32 length)
{
	Parser		parser = {.kind = kind, .text = text, .length = length};
	DynExpression *expression = palloc0(sizeof(DynExpression));
	ListCell   *cell;

	check_size(kind, text, length);
	parser.tokens = dyn_expression_scan(text, length, &parser.ntokens);
	parser.names = palloc(sizeof(DynToken) * parser.ntokens);
	parser.values = palloc(sizeof(DynToken) * parser.ntokens);
	find_partners(&parser);

	expression->kind = kind;
	switch (kind)
	{
		case DYN_EXPR_UPDATE:
			parse_update(&parser);
			break;
		case DYN_EXPR_PROJECTION:
			do
				parse_path(&parser);
			while (accept(&parser, TOKEN_COMMA));
			break;
		default:
			expression->condition = parse_or(&parser);
			break;
	}
	if (parser.tokens[parser.at].kind != TOKEN_END)
		syntax_error(&parser);
	raise_kept_errors(&parser);

	expression->context = CurrentMemoryContext;
	expression->text = text;
	expression->length = length;
	expression->npaths = list_length(parser.paths);
	expression->paths = palloc(sizeof(DynPath *) * Max(expression->npaths, 1));
	foreach(cell, parser.paths)
		expression->paths[foreach_current_index(cell)] = lfirst(cell);
	expression->nactions = list_length(parser.actions);
	expression->actions = palloc(sizeof(DynAction) * Max(expression->nactions, 1));
	foreach(cell, parser.actions)
		expression->actions[foreach_current_index(cell)] = *(DynAction *) lfirst(cell);
	expression->nnames = parser.nnames;
	expression->names = parser.names;
	expression->nvalues = parser.nvalues;
	expression->values = parser.values;

	/* the tree is kept for long, these are not */
	pfree(parser.tokens);
	pfree(parser.partner);
	return expression;
}

static void
check_size(DynExpressionKind kind, const char *text, uint32 length)
{
	uint32		position = 0;

	while (position < length && strchr(" \t\r\n", text[position]) != NULL && text[position] != '\0')
		position++;
	if (position == length)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The expression can not be empty;", dyn_expression_kind_name(kind)),
				 errhint("Leave the parameter out, or write an expression.")));
	if (length > DYN_MAX_EXPRESSION_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: Expression size has exceeded the maximum allowed size; expression size: %u",
						dyn_expression_kind_name(kind), length),
				 errhint("An expression has at most %d bytes; values belong into ExpressionAttributeValues.",
						 DYN_MAX_EXPRESSION_BYTES)));
}

/* What kind of token is k tokens ahead (or behind)? */
static DynTokenKind
kind_at(Parser *parser, int index)
{
	if (index < 0 || index >= parser->ntokens)
		return TOKEN_END;
	return parser->tokens[index].kind;
}

/* Is this token that word, in any case? */
static bool
word_at(Parser *parser, int index, const char *word)
{
	DynToken   *token;

	if (kind_at(parser, index) != TOKEN_WORD)
		return false;
	token = &parser->tokens[index];
	return token->length == strlen(word) &&
		pg_strncasecmp(parser->text + token->start, word, token->length) == 0;
}

static bool
is_condition_keyword(Parser *parser, int index)
{
	return word_at(parser, index, "AND") || word_at(parser, index, "OR") || word_at(parser, index, "NOT") ||
		word_at(parser, index, "IN") || word_at(parser, index, "BETWEEN");
}

static bool
is_section_keyword(Parser *parser, int index)
{
	for (int i = 0; i < lengthof(sections); i++)
		if (word_at(parser, index, sections[i]))
			return true;
	return false;
}

static bool
in_condition(Parser *parser)
{
	return parser->kind != DYN_EXPR_UPDATE && parser->kind != DYN_EXPR_PROJECTION;
}

/* May this word not be a name or function here? */
static bool
is_keyword(Parser *parser, int index)
{
	return parser->kind == DYN_EXPR_UPDATE ? is_section_keyword(parser, index) :
		in_condition(parser) && is_condition_keyword(parser, index);
}

/*
 * Pair the parentheses, and find two pairs that enclose the same tokens.
 * The parentheses of functions and of IN are none of the doubled ones.
 */
static void
find_partners(Parser *parser)
{
	int		   *open = palloc(sizeof(int) * parser->ntokens);
	int			depth = 0;

	parser->partner = palloc(sizeof(int) * parser->ntokens);
	for (int i = 0; i < parser->ntokens; i++)
	{
		parser->partner[i] = -1;
		if (parser->tokens[i].kind == TOKEN_OPEN)
			open[depth++] = i;
		else if (parser->tokens[i].kind == TOKEN_CLOSE && depth > 0)
		{
			int			first = open[--depth];
			bool		grouping = kind_at(parser, first - 1) != TOKEN_WORD ||
				(is_keyword(parser, first - 1) && !word_at(parser, first - 1, "IN"));

			parser->partner[first] = i;
			if (grouping && parser->kind != DYN_EXPR_UPDATE && kind_at(parser, first + 1) == TOKEN_OPEN && parser->partner[first + 1] == i - 1)
				parser->redundant_parentheses = true;
		}
	}
	pfree(open);
}

static void
raise_kept_errors(Parser *parser)
{
	const char *kind = dyn_expression_kind_name(parser->kind);

	if (parser->redundant_parentheses)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The expression has redundant parentheses;", kind),
				 errhint("Write one pair of parentheses where two enclose the same thing.")));
	if (parser->kind == DYN_EXPR_UPDATE)
	{
		raise_reserved_word(parser);
		raise_function_errors(parser);
	}
	else
	{
		raise_function_errors(parser);
		raise_reserved_word(parser);
	}
	if (parser->wrong_index != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: List index is not within the allowable range; index: [%s]", kind, parser->wrong_index),
				 errhint("The largest index is %d.", PG_INT32_MAX)));
	if (parser->repeated_section != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The \"%s\" section can only be used once in an update expression;",
						kind, parser->repeated_section),
				 errhint("Separate the actions of a section by commas.")));
	if (parser->noperators > DYN_MAX_OPERATORS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The expression contains too many operators; operator count: %d",
						kind, parser->noperators),
				 errhint("An expression has at most %d operators.", DYN_MAX_OPERATORS)));
}

static void
raise_function_errors(Parser *parser)
{
	const char *kind = dyn_expression_kind_name(parser->kind);
	const char *hint = parser->kind == DYN_EXPR_UPDATE ?
		"Functions of updates are if_not_exists and list_append, in lower case." :
		"Functions of conditions are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains and size, in lower case.";

	if (parser->wrong_function != NULL && parser->wrong_as == FUNCTION_UNKNOWN)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: Invalid function name; function: %s", kind, parser->wrong_function),
				 errhint("%s", hint)));
	if (parser->wrong_function != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The function is not allowed in %s expression; function: %s",
						kind, parser->kind == DYN_EXPR_UPDATE ? "an update" : "a condition", parser->wrong_function),
				 errhint("%s", hint)));
	if (parser->misused_function != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The function is not allowed to be used this way in an expression; function: %s",
						kind, parser->misused_function),
				 errhint("size() is an operand; the other functions are conditions by themselves.")));
}

static void
raise_reserved_word(Parser *parser)
{
	if (parser->reserved_word == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: Attribute name is a reserved keyword; reserved keyword: %s",
					dyn_expression_kind_name(parser->kind), parser->reserved_word),
			 errhint("Write #name in the expression, and define it in ExpressionAttributeNames.")));
}

/* The next token cannot stand here: name it, between its neighbours. */
static void
syntax_error(Parser *parser)
{
	DynToken   *token = &parser->tokens[parser->at];
	DynToken   *first = parser->at > 0 ? token - 1 : token;
	DynToken   *last = token->kind == TOKEN_END || token[1].kind == TOKEN_END ? token : token + 1;
	uint32		end = last->start + last->length;

	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: Syntax error; token: \"%s\", near: \"%s\"",
					dyn_expression_kind_name(parser->kind),
					token->kind == TOKEN_END ? "<EOF>" : pnstrdup(parser->text + token->start, token->length),
					pnstrdup(parser->text + first->start, end - first->start)),
			 errhint("The token at byte %u is not expected there.", token->start + 1)));
}

/* Take the next token if it is of this kind. */
static bool
accept(Parser *parser, DynTokenKind kind)
{
	if (parser->tokens[parser->at].kind != kind)
		return false;
	parser->at++;
	return true;
}

static void
expect(Parser *parser, DynTokenKind kind)
{
	if (!accept(parser, kind))
		syntax_error(parser);
}

static void
expect_word(Parser *parser, const char *word)
{
	if (!word_at(parser, parser->at, word))
		syntax_error(parser);
	parser->at++;
}

static DynNode *
make_node(DynNodeKind kind, int nargs,...)
{
	DynNode    *node = palloc0(sizeof(DynNode));
	va_list		args;

	node->kind = kind;
	node->nargs = nargs;
	node->args = palloc(sizeof(DynNode *) * Max(nargs, 1));
	va_start(args, nargs);
	for (int i = 0; i < nargs; i++)
		node->args[i] = va_arg(args, DynNode *);
	va_end(args);
	return node;
}

/* Make a node of operands, of which the first may stand before a list. */
static DynNode *
make_list_node(DynNodeKind kind, DynNode *first, List *rest)
{
	DynNode    *node = palloc0(sizeof(DynNode));
	ListCell   *cell;

	node->kind = kind;
	node->args = palloc(sizeof(DynNode *) * (list_length(rest) + 1));
	if (first != NULL)
		node->args[node->nargs++] = first;
	foreach(cell, rest)
		node->args[node->nargs++] = lfirst(cell);
	return node;
}

/* Remember a function that stands where only a value may. */
static void
check_operands(Parser *parser, const DynNode *node)
{
	for (int i = 0; i < node->nargs; i++)
		if (node->args[i]->kind == NODE_FUNCTION &&
			node->args[i]->function < FUNCTION_SIZE && parser->misused_function == NULL)
			parser->misused_function = dyn_function_name(node->args[i]->function);
}

static DynNode *
parse_or(Parser *parser)
{
	DynNode    *node = parse_and(parser);

	while (word_at(parser, parser->at, "OR"))
	{
		parser->at++;
		parser->noperators++;
		node = make_node(NODE_OR, 2, node, parse_and(parser));
	}
	return node;
}

static DynNode *
parse_and(Parser *parser)
{
	DynNode    *node = parse_not(parser);

	while (word_at(parser, parser->at, "AND"))
	{
		parser->at++;
		parser->noperators++;
		node = make_node(NODE_AND, 2, node, parse_not(parser));
	}
	return node;
}

static DynNode *
parse_not(Parser *parser)
{
	check_stack_depth();

	if (word_at(parser, parser->at, "NOT"))
	{
		parser->at++;
		parser->noperators++;
		return make_node(NODE_NOT, 1, parse_not(parser));
	}
	return parse_primary(parser);
}

/* Does the parenthesis at hand enclose an operand, by what follows it and what is in it? */
static bool
encloses_operand(Parser *parser)
{
	int			partner = parser->partner[parser->at];
	DynTokenKind next = kind_at(parser, partner + 1);

	if (partner < 0 ||
		(!TOKEN_IS_COMPARATOR(next) && next != TOKEN_DOT && next != TOKEN_OPEN_BRACKET &&
		 !word_at(parser, partner + 1, "BETWEEN") && !word_at(parser, partner + 1, "IN")))
		return false;
	for (int i = parser->at + 1; i < partner; i++)
		if (TOKEN_IS_COMPARATOR(kind_at(parser, i)) || is_condition_keyword(parser, i))
			return false;
	return true;
}

static DynNode *
parse_primary(Parser *parser)
{
	DynNode    *operand;
	DynNode    *node;

	check_stack_depth();

	if (kind_at(parser, parser->at) == TOKEN_OPEN && !encloses_operand(parser))
	{
		parser->at++;
		node = parse_or(parser);
		expect(parser, TOKEN_CLOSE);
		return node;
	}

	operand = parse_operand(parser);
	if (TOKEN_IS_COMPARATOR(kind_at(parser, parser->at)))
	{
		DynTokenKind comparator = parser->tokens[parser->at++].kind;

		node = make_node(NODE_COMPARE, 2, operand, parse_operand(parser));
		node->comparator = comparator;
	}
	else if (word_at(parser, parser->at, "BETWEEN"))
	{
		DynNode    *lower;

		parser->at++;
		lower = parse_operand(parser);
		expect_word(parser, "AND");
		node = make_node(NODE_BETWEEN, 3, operand, lower, parse_operand(parser));
	}
	else if (word_at(parser, parser->at, "IN"))
	{
		List	   *list = NIL;

		parser->at++;
		expect(parser, TOKEN_OPEN);
		do
			list = lappend(list, parse_operand(parser));
		while (accept(parser, TOKEN_COMMA));
		expect(parser, TOKEN_CLOSE);
		node = make_list_node(NODE_IN, operand, list);
	}
	else if (operand->kind == NODE_FUNCTION)
	{
		if (operand->function == FUNCTION_SIZE && parser->misused_function == NULL)
			parser->misused_function = dyn_function_name(FUNCTION_SIZE);
		return operand;
	}
	else
		syntax_error(parser);

	parser->noperators++;
	check_operands(parser, node);
	return node;
}

/* Find the slot of a placeholder, or give it one. */
static uint32
slot_of(Parser *parser, DynToken *slots, int *nslots)
{
	DynToken   *token = &parser->tokens[parser->at++];

	for (int i = 0; i < *nslots; i++)
		if (slots[i].length == token->length &&
			memcmp(parser->text + slots[i].start, parser->text + token->start, token->length) == 0)
			return i;
	slots[*nslots] = *token;
	return (*nslots)++;
}

static DynNode *
parse_operand(Parser *parser)
{
	DynNode    *node;

	check_stack_depth();

	if (kind_at(parser, parser->at) == TOKEN_VALUE)
	{
		node = make_node(NODE_VALUE, 0);
		node->slot = slot_of(parser, parser->values, &parser->nvalues);
		return node;
	}
	if (kind_at(parser, parser->at) == TOKEN_WORD && kind_at(parser, parser->at + 1) == TOKEN_OPEN &&
		!is_keyword(parser, parser->at))
		return parse_function(parser);
	if (kind_at(parser, parser->at) == TOKEN_OPEN)
	{
		int			after = parser->partner[parser->at] + 1;

		/* (a).b is a path, too */
		if (!in_condition(parser) || parser->partner[parser->at] < 0 ||
			(kind_at(parser, after) != TOKEN_DOT && kind_at(parser, after) != TOKEN_OPEN_BRACKET))
		{
			parser->at++;
			if (parser->kind == DYN_EXPR_UPDATE && kind_at(parser, parser->at) == TOKEN_OPEN)
				syntax_error(parser);
			node = parse_operand(parser);
			expect(parser, TOKEN_CLOSE);
			return node;
		}
	}
	node = make_node(NODE_PATH, 0);
	node->path = parse_path(parser);
	return node;
}

static DynNode *
parse_function(Parser *parser)
{
	DynToken   *token = &parser->tokens[parser->at];
	const char *name = parser->text + token->start;
	List	   *args = NIL;
	DynNode    *node;
	int			function;

	parser->at += 2;
	do
		args = lappend(args, parse_operand(parser));
	while (accept(parser, TOKEN_COMMA));
	expect(parser, TOKEN_CLOSE);
	node = make_list_node(NODE_FUNCTION, NULL, args);

	for (function = 0; function < lengthof(functions); function++)
		if (strlen(functions[function].name) == token->length &&
			memcmp(functions[function].name, name, token->length) == 0)
			break;
	node->function = function;
	if (parser->wrong_function == NULL &&
		(function == FUNCTION_UNKNOWN ||
		 functions[function].in_conditions == (parser->kind == DYN_EXPR_UPDATE)))
	{
		parser->wrong_function = pnstrdup(name, token->length);
		parser->wrong_as = function;
	}
	check_operands(parser, node);
	return node;
}

/* Take one name of a path. */
static void
parse_step(Parser *parser, DynStep *step)
{
	DynToken   *token = &parser->tokens[parser->at];

	if (token->kind == TOKEN_NAME)
	{
		step->kind = STEP_SLOT;
		step->number = slot_of(parser, parser->names, &parser->nnames);
		return;
	}
	if (token->kind != TOKEN_WORD || is_keyword(parser, parser->at))
		syntax_error(parser);

	step->kind = STEP_NAME;
	step->name = parser->text + token->start;
	step->name_length = token->length;
	if (parser->reserved_word == NULL && dyn_word_is_reserved(step->name, step->name_length))
		parser->reserved_word = pnstrdup(step->name, step->name_length);
	parser->at++;
}

/* Take a list index. */
static void
parse_index(Parser *parser, DynStep *step)
{
	DynToken   *token = &parser->tokens[parser->at];
	uint64		number = 0;

	expect(parser, TOKEN_INTEGER);
	for (uint32 i = 0; i < token->length && number <= PG_INT32_MAX; i++)
		number = number * 10 + (parser->text[token->start + i] - '0');
	if (number > PG_INT32_MAX && parser->wrong_index == NULL)
		parser->wrong_index = pnstrdup(parser->text + token->start, token->length);
	step->kind = STEP_INDEX;
	step->number = (uint32) number;
	expect(parser, TOKEN_CLOSE_BRACKET);
}

static DynPath *
parse_path(Parser *parser)
{
	DynPath    *path;
	int			room = 4;
	int			enclosing = 0;

	while (kind_at(parser, parser->at) == TOKEN_OPEN && in_condition(parser))
	{
		enclosing++;
		parser->at++;
	}

	path = palloc0(sizeof(DynPath));
	path->id = list_length(parser->paths);
	path->steps = palloc0(sizeof(DynStep) * room);
	parser->paths = lappend(parser->paths, path);

	parse_step(parser, &path->steps[path->count++]);
	for (;;)
	{
		DynTokenKind next = kind_at(parser, parser->at);

		if (next == TOKEN_CLOSE && enclosing > 0)
		{
			enclosing--;
			parser->at++;
			continue;
		}
		if (next != TOKEN_DOT && next != TOKEN_OPEN_BRACKET)
			break;
		if (path->count == room)
		{
			path->steps = repalloc(path->steps, sizeof(DynStep) * room * 2);
			memset(path->steps + room, 0, sizeof(DynStep) * room);
			room *= 2;
		}
		parser->at++;
		if (next == TOKEN_DOT)
			parse_step(parser, &path->steps[path->count++]);
		else
			parse_index(parser, &path->steps[path->count++]);
	}
	if (enclosing > 0)
		syntax_error(parser);
	return path;
}

static void
parse_update(Parser *parser)
{
	bool		seen[lengthof(sections)] = {false};

	do
	{
		int			section;

		for (section = 0; section < lengthof(sections); section++)
			if (word_at(parser, parser->at, sections[section]))
				break;
		if (section == lengthof(sections))
			syntax_error(parser);
		parser->at++;
		parse_section(parser, section);
		if (seen[section] && parser->repeated_section == NULL)
			parser->repeated_section = sections[section];
		seen[section] = true;
	} while (kind_at(parser, parser->at) != TOKEN_END);
}

static void
parse_section(Parser *parser, DynActionKind kind)
{
	do
	{
		DynAction  *action = palloc0(sizeof(DynAction));

		action->kind = kind;
		action->path = parse_path(parser);
		if (kind == ACTION_SET)
		{
			expect(parser, TOKEN_EQ);
			action->value = parse_set_value(parser);
		}
		else if (kind == ACTION_ADD || kind == ACTION_DELETE)
		{
			if (kind_at(parser, parser->at) != TOKEN_VALUE)
				syntax_error(parser);
			action->value = parse_operand(parser);
		}
		parser->actions = lappend(parser->actions, action);
	} while (accept(parser, TOKEN_COMMA));
}

static DynNode *
parse_set_value(Parser *parser)
{
	DynNode    *left;
	DynTokenKind operator;

	/* one pair of parentheses may enclose the whole value */
	if (kind_at(parser, parser->at) == TOKEN_OPEN)
	{
		int			after = parser->partner[parser->at] + 1;
		DynTokenKind next = kind_at(parser, after);

		if (parser->partner[parser->at] >= 0 && next != TOKEN_PLUS && next != TOKEN_MINUS)
		{
			DynNode    *value;

			parser->at++;
			if (kind_at(parser, parser->at) == TOKEN_OPEN && parser->partner[parser->at] == after - 2)
				syntax_error(parser);
			value = parse_set_value(parser);
			expect(parser, TOKEN_CLOSE);
			return value;
		}
	}

	left = parse_operand(parser);
	operator = kind_at(parser, parser->at);
	if (operator != TOKEN_PLUS && operator != TOKEN_MINUS)
		return left;
	parser->at++;
	parser->noperators++;
	return make_node(operator == TOKEN_PLUS ? NODE_PLUS : NODE_MINUS, 2, left, parse_operand(parser));
}
