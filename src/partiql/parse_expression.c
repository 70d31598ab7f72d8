/*-------------------------------------------------------------------------
 *
 * parse_expression.c
 *	  Expressions of PartiQL: a recursive-descent parser.
 *
 *	expression	:= and (OR and)*;  and := not (AND not)*;  not := NOT not | comparison
 *	comparison	:= sum [ comparator sum | [NOT] BETWEEN sum AND sum | [NOT] IN sum
 *						| [NOT] LIKE sum [ESCAPE sum] | IS [NOT] type ]*
 *	sum			:= product ((+ | - | ||) product)*;  product := unary ((* | / | %) unary)*
 *	unary		:= - unary | + number | term
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

static const char *const type_names[] = {
#define PARTIQL_TYPE(name, type) name,
#include "partiql/types.def"
#undef PARTIQL_TYPE
};

/* Elements of a list, a call ..., while they are read. */
typedef struct Elements
{
	int			count;
	int			room;
	DynPartiqlNode **nodes;
} Elements;

static DynPartiqlNode *parse_and(DynPartiqlParser *parser);
static DynPartiqlNode *parse_not(DynPartiqlParser *parser);
static DynPartiqlNode *parse_comparison(DynPartiqlParser *parser);
static DynPartiqlNode *parse_between(DynPartiqlParser *parser, DynPartiqlNode *left, DynPartiqlNode *node);
static DynPartiqlNode *parse_like(DynPartiqlParser *parser, DynPartiqlNode *left, DynPartiqlNode *node);
static DynPartiqlNode *parse_is(DynPartiqlParser *parser, DynPartiqlNode *left);
static DynPartiqlNode *parse_sum(DynPartiqlParser *parser);
static DynPartiqlNode *parse_product(DynPartiqlParser *parser);
static DynPartiqlNode *parse_unary(DynPartiqlParser *parser);
static DynPartiqlNode *parse_term(DynPartiqlParser *parser);
static DynPartiqlNode *parse_word(DynPartiqlParser *parser);
static DynPartiqlNode *parse_parentheses(DynPartiqlParser *parser);
static DynPartiqlNode *parse_container(DynPartiqlParser *parser, DynPartiqlKind kind, const char *close, const char *expected);
static DynPartiqlNode *parse_map(DynPartiqlParser *parser);
static DynPartiqlNode *parse_call(DynPartiqlParser *parser);
static void parse_bracket(DynPartiqlParser *parser, DynPartiqlPath *path, int *room);
static int32 parse_index(DynPartiqlParser *parser);
pg_noreturn static void raise_no_term(const DynPartiqlParser *parser);

bool
dyn_partiql_accept_word(DynPartiqlParser *parser, const char *word)
{
	if (!dyn_partiql_is_word(dyn_partiql_next(parser), word))
		return false;
	parser->at++;
	return true;
}

bool
dyn_partiql_accept_symbol(DynPartiqlParser *parser, const char *symbol)
{
	if (!dyn_partiql_is_symbol(dyn_partiql_next(parser), symbol))
		return false;
	parser->at++;
	return true;
}

void
dyn_partiql_syntax_error(const DynPartiqlParser *parser, const char *detail)
{
	dyn_partiql_not_well_formed(parser->text, parser->length, dyn_partiql_next(parser)->start, detail);
}

/* A node for the next token, which is not taken. */
static DynPartiqlNode *
make_node(const DynPartiqlParser *parser, DynPartiqlKind kind)
{
	DynPartiqlNode *node = palloc0(sizeof(DynPartiqlNode));

	node->kind = kind;
	node->place = dyn_partiql_place(dyn_partiql_next(parser));
	return node;
}

static void
set_arguments(DynPartiqlNode *node, int nargs, DynPartiqlNode *first, DynPartiqlNode *second, DynPartiqlNode *third)
{
	DynPartiqlNode *const args[] = {first, second, third};

	node->nargs = nargs;
	node->args = palloc(sizeof(DynPartiqlNode *) * nargs);
	memcpy(node->args, args, sizeof(DynPartiqlNode *) * nargs);
}

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

static DynPartiqlName
take_name(DynPartiqlParser *parser)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);

	parser->at++;
	return (DynPartiqlName) {token->value, token->value_length, dyn_partiql_place(token)};
}

static DynPartiqlName
change_case(DynPartiqlName name, char (*change) (unsigned char))
{
	char	   *data = palloc(name.length + 1);

	for (uint32 i = 0; i < name.length; i++)
		data[i] = change((unsigned char) name.data[i]);
	data[name.length] = '\0';
	name.data = data;
	return name;
}

static char
upper(unsigned char c)
{
	return pg_ascii_toupper(c);
}

static char
lower(unsigned char c)
{
	return pg_ascii_tolower(c);
}

/* The right side of an operator must be there. */
static void
check_right_side(const DynPartiqlParser *parser)
{
	if (dyn_partiql_next(parser)->kind == PARTIQL_END)
		dyn_partiql_syntax_error(parser, "Missing right-hand side expression of infix operator");
}

DynPartiqlNode *
dyn_partiql_parse_expression(DynPartiqlParser *parser)
{
	DynPartiqlNode *left;

	check_stack_depth();
	left = parse_and(parser);
	while (dyn_partiql_is_word(dyn_partiql_next(parser), "OR"))
	{
		DynPartiqlNode *node = make_node(parser, PARTIQL_NODE_OR);

		parser->at++;
		check_right_side(parser);
		set_arguments(node, 2, left, parse_and(parser), NULL);
		left = node;
	}
	return left;
}

static DynPartiqlNode *
parse_and(DynPartiqlParser *parser)
{
	DynPartiqlNode *left = parse_not(parser);

	while (dyn_partiql_is_word(dyn_partiql_next(parser), "AND"))
	{
		DynPartiqlNode *node = make_node(parser, PARTIQL_NODE_AND);

		parser->at++;
		check_right_side(parser);
		set_arguments(node, 2, left, parse_not(parser), NULL);
		left = node;
	}
	return left;
}

static DynPartiqlNode *
parse_not(DynPartiqlParser *parser)
{
	DynPartiqlNode *node;

	check_stack_depth();
	if (!dyn_partiql_is_word(dyn_partiql_next(parser), "NOT"))
		return parse_comparison(parser);
	node = make_node(parser, PARTIQL_NODE_NOT);
	parser->at++;
	set_arguments(node, 1, parse_not(parser), NULL, NULL);
	return node;
}

static bool
read_comparator(const DynPartiqlToken *token, DynTokenKind *comparator)
{
	static const struct
	{
		const char *symbol;
		DynTokenKind comparator;
	}			comparators[] = {
		{"=", TOKEN_EQ}, {"<>", TOKEN_NE}, {"!=", TOKEN_NE}, {"<", TOKEN_LT}, {"<=", TOKEN_LE}, {">", TOKEN_GT}, {">=", TOKEN_GE},
	};

	for (int i = 0; i < lengthof(comparators); i++)
		if (dyn_partiql_is_symbol(token, comparators[i].symbol))
		{
			*comparator = comparators[i].comparator;
			return true;
		}
	return false;
}

static DynPartiqlNode *
parse_comparison(DynPartiqlParser *parser)
{
	DynPartiqlNode *left = parse_sum(parser);

	for (;;)
	{
		bool		negated = dyn_partiql_is_word(dyn_partiql_next(parser), "NOT");
		const DynPartiqlToken *operator = negated ? dyn_partiql_after_next(parser) : dyn_partiql_next(parser);
		DynPartiqlNode *node;
		DynTokenKind comparator;

		if (negated && !dyn_partiql_is_word(operator, "IN") && !dyn_partiql_is_word(operator, "BETWEEN") &&
			!dyn_partiql_is_word(operator, "LIKE"))
			return left;
		if (negated)
			parser->at++;

		node = make_node(parser, PARTIQL_NODE_COMPARE);
		node->negated = negated;
		if (read_comparator(operator, &comparator))
		{
			node->comparator = comparator;
			parser->at++;
			check_right_side(parser);
			set_arguments(node, 2, left, parse_sum(parser), NULL);
		}
		else if (dyn_partiql_accept_word(parser, "BETWEEN"))
			node = parse_between(parser, left, node);
		else if (dyn_partiql_accept_word(parser, "IN"))
		{
			node->kind = PARTIQL_NODE_IN;
			check_right_side(parser);
			set_arguments(node, 2, left, dyn_partiql_is_symbol(dyn_partiql_next(parser), "(") ?
						  parse_parentheses(parser) : parse_sum(parser), NULL);
		}
		else if (dyn_partiql_accept_word(parser, "LIKE"))
			node = parse_like(parser, left, node);
		else if (dyn_partiql_is_word(operator, "IS"))
			node = parse_is(parser, left);
		else
			return left;
		left = node;
	}
}

static DynPartiqlNode *
parse_between(DynPartiqlParser *parser, DynPartiqlNode *left, DynPartiqlNode *node)
{
	DynPartiqlNode *lower_bound;

	node->kind = PARTIQL_NODE_BETWEEN;
	check_right_side(parser);
	lower_bound = parse_sum(parser);
	if (!dyn_partiql_accept_word(parser, "AND"))
		dyn_partiql_syntax_error(parser, "Expected AND after BETWEEN");
	check_right_side(parser);
	set_arguments(node, 3, left, lower_bound, parse_sum(parser));
	return node;
}

static DynPartiqlNode *
parse_like(DynPartiqlParser *parser, DynPartiqlNode *left, DynPartiqlNode *node)
{
	DynPartiqlNode *pattern;

	node->kind = PARTIQL_NODE_LIKE;
	check_right_side(parser);
	pattern = parse_sum(parser);
	if (dyn_partiql_accept_word(parser, "ESCAPE"))
		set_arguments(node, 3, left, pattern, parse_sum(parser));
	else
		set_arguments(node, 2, left, pattern, NULL);
	return node;
}

/* IS [NOT] type; the names of some types are two words. */
static DynPartiqlNode *
parse_is(DynPartiqlParser *parser, DynPartiqlNode *left)
{
	DynPartiqlNode *node = make_node(parser, PARTIQL_NODE_IS);
	const DynPartiqlToken *token;

	parser->at++;
	node->negated = dyn_partiql_accept_word(parser, "NOT");
	set_arguments(node, 1, left, NULL, NULL);
	token = dyn_partiql_next(parser);
	if (token->kind != PARTIQL_WORD)
		dyn_partiql_syntax_error(parser, "Expected type name");
	node->name = change_case(take_name(parser), upper);
	if ((strcmp(node->name.data, "DOUBLE") == 0 && dyn_partiql_accept_word(parser, "PRECISION")) ||
		(strcmp(node->name.data, "CHARACTER") == 0 && dyn_partiql_accept_word(parser, "VARYING")))
		node->name.data = node->name.data[0] == 'D' ? "DOUBLE PRECISION" : "CHARACTER VARYING";

	if (strcmp(node->name.data, "NULL") == 0 || strcmp(node->name.data, "MISSING") == 0)
		return node;
	for (int i = 0; i < lengthof(type_names); i++)
		if (strcmp(node->name.data, type_names[i]) == 0)
			return node;
	parser->at--;
	dyn_partiql_syntax_error(parser, "Expected type name");
}

/* Read operands of one precedence with the operators between them. */
static DynPartiqlNode *
parse_arithmetic(DynPartiqlParser *parser, const char *const *operators, int noperators,
				 DynPartiqlNode *(*parse_operand) (DynPartiqlParser *parser))
{
	DynPartiqlNode *left = parse_operand(parser);

	for (int i = 0; i < noperators;)
	{
		DynPartiqlNode *node;

		if (!dyn_partiql_is_symbol(dyn_partiql_next(parser), operators[i]))
		{
			i++;
			continue;
		}
		node = make_node(parser, PARTIQL_NODE_ARITHMETIC);
		node->name = take_name(parser);
		check_right_side(parser);
		set_arguments(node, 2, left, parse_operand(parser), NULL);
		left = node;
		i = 0;
	}
	return left;
}

static DynPartiqlNode *
parse_sum(DynPartiqlParser *parser)
{
	static const char *const operators[] = {"+", "-", "||"};

	return parse_arithmetic(parser, operators, lengthof(operators), parse_product);
}

static DynPartiqlNode *
parse_product(DynPartiqlParser *parser)
{
	static const char *const operators[] = {"*", "/", "%"};

	return parse_arithmetic(parser, operators, lengthof(operators), parse_unary);
}

/* A number's sign becomes part of it; + says nothing. */
static DynPartiqlNode *
parse_unary(DynPartiqlParser *parser)
{
	DynPartiqlNode *node;
	DynPartiqlNode *operand;

	check_stack_depth();
	if (dyn_partiql_is_symbol(dyn_partiql_next(parser), "+") && dyn_partiql_after_next(parser)->kind == PARTIQL_NUMBER)
		parser->at++;
	if (!dyn_partiql_is_symbol(dyn_partiql_next(parser), "-"))
		return parse_term(parser);
	node = make_node(parser, PARTIQL_NODE_NEGATIVE);
	parser->at++;
	operand = parse_unary(parser);
	if (operand->kind != PARTIQL_NODE_NUMBER || operand->name.data[0] == '-')
	{
		set_arguments(node, 1, operand, NULL, NULL);
		return node;
	}
	operand->name.data = psprintf("-%.*s", (int) operand->name.length, operand->name.data);
	operand->name.length++;
	operand->place.length += operand->place.start - node->place.start;
	operand->place.start = node->place.start;
	return operand;
}

static DynPartiqlNode *
parse_term(DynPartiqlParser *parser)
{
	const DynPartiqlToken *token = dyn_partiql_next(parser);
	DynPartiqlNode *node;

	check_stack_depth();
	switch (token->kind)
	{
		case PARTIQL_PARAMETER:
			node = make_node(parser, PARTIQL_NODE_PARAMETER);
			node->number = parser->nparameters++;
			parser->at++;
			return node;

		case PARTIQL_NUMBER:
			node = make_node(parser, PARTIQL_NODE_NUMBER);
			node->name = take_name(parser);
			return node;

		case PARTIQL_STRING:
			node = make_node(parser, PARTIQL_NODE_LITERAL);
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
		node = parse_parentheses(parser);
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
			node = make_node(parser, PARTIQL_NODE_LITERAL);
			node->value.tag = constants[i].tag;
			parser->at++;
			return node;
		}
	if (dyn_partiql_is_word(token, "MISSING"))
	{
		node = make_node(parser, PARTIQL_NODE_MISSING);
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

	node = make_node(parser, PARTIQL_NODE_PATH);
	dyn_partiql_parse_path(parser, &node->path);
	return node;
}

static DynPartiqlNode *
parse_parentheses(DynPartiqlParser *parser)
{
	Elements	elements = {0};
	DynPartiqlNode *sequence = make_node(parser, PARTIQL_NODE_SEQUENCE);

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
	DynPartiqlNode *node = make_node(parser, kind);

	parser->at++;
	parse_elements(parser, node, close, expected);
	return node;
}

static DynPartiqlNode *
parse_map(DynPartiqlParser *parser)
{
	DynPartiqlNode *node = make_node(parser, PARTIQL_NODE_MAP);
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
	DynPartiqlNode *node = make_node(parser, PARTIQL_NODE_CALL);
	Elements	elements = {0};

	node->name = change_case(take_name(parser), lower);
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
		add_element(&elements, make_node(parser, PARTIQL_NODE_STAR));
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
	DynPartiqlName name = take_name(parser);

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
				name = take_name(parser);
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
