/*-------------------------------------------------------------------------
 *
 * tree.h
 *	  The trees of compiled expressions, and their tokens.
 *
 * A tree names placeholders by slot: slot i of the expression's names ("#n")
 * or values (":v"), in the order of their first appearance.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_EXPR_TREE_H
#define DYN_EXPR_TREE_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/palloc.h"

#include "expr/expr.h"

typedef enum DynTokenKind
{
	TOKEN_END,
	TOKEN_WORD,					/* bare name, keyword or function */
	TOKEN_NAME,					/* #n */
	TOKEN_VALUE,				/* :v */
	TOKEN_INTEGER,
	TOKEN_OPEN,					/* ( */
	TOKEN_CLOSE,				/* ) */
	TOKEN_OPEN_BRACKET,
	TOKEN_CLOSE_BRACKET,
	TOKEN_COMMA,
	TOKEN_DOT,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_BAD					/* a character of no token */
} DynTokenKind;

#define TOKEN_IS_COMPARATOR(kind) ((kind) >= TOKEN_EQ && (kind) <= TOKEN_GE)

typedef struct DynToken
{
	DynTokenKind kind;
	uint32		start;
	uint32		length;
} DynToken;

/* scan.c: split a text into tokens, the last of which is TOKEN_END; palloc'd. */
extern DynToken *dyn_expression_scan(const char *text, uint32 length, int *count);

/* reserved_words.c: is this one of the service's reserved words, in any case? */
extern bool dyn_word_is_reserved(const char *word, uint32 length);

/* One step of a document path: a name, a name slot, or a list index. */
typedef enum DynStepKind
{
	STEP_NAME,
	STEP_SLOT,
	STEP_INDEX
} DynStepKind;

typedef struct DynStep
{
	DynStepKind kind;
	uint32		number;			/* slot or index */
	const char *name;
	uint32		name_length;
} DynStep;

typedef struct DynPath
{
	int			id;				/* position among the expression's paths */
	int			count;
	DynStep    *steps;
} DynPath;

/* Functions; the names are in functions of parse.c. */
typedef enum DynFunction
{
	FUNCTION_ATTRIBUTE_EXISTS,
	FUNCTION_ATTRIBUTE_NOT_EXISTS,
	FUNCTION_ATTRIBUTE_TYPE,
	FUNCTION_BEGINS_WITH,
	FUNCTION_CONTAINS,
	FUNCTION_SIZE,
	FUNCTION_IF_NOT_EXISTS,
	FUNCTION_LIST_APPEND,
	FUNCTION_UNKNOWN			/* only while parsing */
} DynFunction;

typedef enum DynNodeKind
{
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_COMPARE,				/* two operands */
	NODE_BETWEEN,				/* three operands */
	NODE_IN,					/* operand, then the list */
	NODE_FUNCTION,
	NODE_PATH,
	NODE_VALUE,
	NODE_PLUS,					/* in updates; in conditions only PartiQL has it */
	NODE_MINUS
} DynNodeKind;

typedef struct DynNode
{
	DynNodeKind kind;
	DynTokenKind comparator;	/* NODE_COMPARE */
	DynFunction function;		/* NODE_FUNCTION */
	DynPath    *path;			/* NODE_PATH */
	uint32		slot;			/* NODE_VALUE */
	int			nargs;
	struct DynNode **args;
} DynNode;

typedef enum DynActionKind
{
	ACTION_SET,
	ACTION_REMOVE,
	ACTION_ADD,
	ACTION_DELETE
} DynActionKind;

typedef struct DynAction
{
	DynActionKind kind;
	DynPath    *path;
	DynNode    *value;			/* NULL for REMOVE */
} DynAction;

struct DynExpression
{
	DynExpressionKind kind;
	MemoryContext context;		/* holds all of the tree */
	const char *text;
	uint32		length;
	bool		legacy;			/* made of an older parameter, not of a text */
	bool		partiql;		/* made of a PartiQL statement */
	bool		flat;			/* PROJECTION: each path gives an attribute, named by the path's end */

	DynNode    *condition;		/* CONDITION, FILTER, KEY_CONDITION */

	int			npaths;			/* every path of the text, in its order; of a PROJECTION they are all of it */
	DynPath   **paths;

	int			nactions;		/* UPDATE, in the text's order */
	DynAction  *actions;

	int			nnames;			/* name slots: "#n" each */
	DynToken   *names;
	int			nvalues;		/* value slots: ":v" each */
	DynToken   *values;
};

/* parse.c: text to tree in the current memory context; raises. */
extern DynExpression *dyn_expression_parse(DynExpressionKind kind, const char *text, uint32 length);

/* "ConditionExpression", ... */
extern const char *dyn_expression_kind_name(DynExpressionKind kind);

/* What messages begin with: "Invalid ConditionExpression: "; nothing for what was made of PartiQL.  Palloc'd. */
extern char *dyn_expression_prefix(const DynExpression *expression);

/* The name of a function, how many operands it takes; the name of a comparator. */
extern const char *dyn_function_name(DynFunction function);
extern int	dyn_function_operands(DynFunction function);
extern const char *dyn_comparator_name(DynTokenKind comparator);

#endif							/* DYN_EXPR_TREE_H */
