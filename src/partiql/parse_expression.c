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
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "partiql/parser.h"

static const char *const type_names[] = {
#define PARTIQL_TYPE(name, type) name,
#include "partiql/types.def"
#undef PARTIQL_TYPE
};

static DynPartiqlNode *parse_and(DynPartiqlParser *parser);
static DynPartiqlNode *parse_not(DynPartiqlParser *parser);
static DynPartiqlNode *parse_comparison(DynPartiqlParser *parser);
static DynPartiqlNode *parse_between(DynPartiqlParser *parser, DynPartiqlNode *left, DynPartiqlNode *node);
static DynPartiqlNode *parse_like(DynPartiqlParser *parser, DynPartiqlNode *left, DynPartiqlNode *node);
static DynPartiqlNode *parse_is(DynPartiqlParser *parser, DynPartiqlNode *left);
static DynPartiqlNode *parse_sum(DynPartiqlParser *parser);
static DynPartiqlNode *parse_product(DynPartiqlParser *parser);
static DynPartiqlNode *parse_unary(DynPartiqlParser *parser);

static void
set_arguments(DynPartiqlNode *node, int nargs, DynPartiqlNode *first, DynPartiqlNode *second, DynPartiqlNode *third)
{
	DynPartiqlNode *const args[] = {first, second, third};

	node->nargs = nargs;
	node->args = palloc(sizeof(DynPartiqlNode *) * nargs);
	memcpy(node->args, args, sizeof(DynPartiqlNode *) * nargs);
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
		DynPartiqlNode *node = dyn_partiql_make_node(parser, PARTIQL_NODE_OR);

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
		DynPartiqlNode *node = dyn_partiql_make_node(parser, PARTIQL_NODE_AND);

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
	node = dyn_partiql_make_node(parser, PARTIQL_NODE_NOT);
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

		node = dyn_partiql_make_node(parser, PARTIQL_NODE_COMPARE);
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
						  dyn_partiql_parse_parentheses(parser) : parse_sum(parser), NULL);
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
	DynPartiqlNode *node = dyn_partiql_make_node(parser, PARTIQL_NODE_IS);
	const DynPartiqlToken *token;

	parser->at++;
	node->negated = dyn_partiql_accept_word(parser, "NOT");
	set_arguments(node, 1, left, NULL, NULL);
	token = dyn_partiql_next(parser);
	if (token->kind != PARTIQL_WORD)
		dyn_partiql_syntax_error(parser, "Expected type name");
	node->name = dyn_partiql_change_case(dyn_partiql_take_name(parser), pg_ascii_toupper);
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
		node = dyn_partiql_make_node(parser, PARTIQL_NODE_ARITHMETIC);
		node->name = dyn_partiql_take_name(parser);
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
		return dyn_partiql_parse_term(parser);
	node = dyn_partiql_make_node(parser, PARTIQL_NODE_NEGATIVE);
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
