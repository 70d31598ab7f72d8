/*-------------------------------------------------------------------------
 *
 * tree.h
 *	  PartiQL statements: tokens, and trees of what was written.
 *
 *	text ─ scan.c ─ tokens ─ parse*.c ─ DynPartiqlStatement
 *
 * The tree says what stands in the text, and where, but not whether it makes
 * sense: it knows no table and no parameter's value.  The parser takes more
 * than DynamoDB does (joins, GROUP BY, LIKE ...), because dynamo.partiql
 * does; check.c refuses it for the API.  Everything is palloc'd, and slices
 * of the text stay slices, so that the text must live as long as its tree.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_TREE_H
#define DYN_PARTIQL_TREE_H

#include "nodes/pg_list.h"

#include "expr/tree.h"
#include "item/path.h"

/* The service's limit for a statement. */
#define DYN_MAX_STATEMENT_CHARACTERS	8192

typedef enum DynPartiqlTokenKind
{
	PARTIQL_END,
	PARTIQL_WORD,				/* bare: an identifier or a keyword */
	PARTIQL_QUOTED,				/* "identifier" */
	PARTIQL_STRING,				/* 'string' */
	PARTIQL_NUMBER,
	PARTIQL_PARAMETER,			/* ? */
	PARTIQL_OPERATOR,			/* one that stands between operands */
	PARTIQL_PUNCTUATION
} DynPartiqlTokenKind;

typedef struct DynPartiqlToken
{
	DynPartiqlTokenKind kind;
	uint32		start;
	uint32		length;			/* in the text, quotes included */
	const char *value;			/* of PARTIQL_QUOTED, PARTIQL_STRING: without quotes; else the token */
	uint32		value_length;
	bool		reserved;		/* PARTIQL_WORD: one that cannot name anything */
} DynPartiqlToken;

/* Where something stands in the text. */
typedef struct DynPartiqlPlace
{
	uint32		start;
	uint32		length;
} DynPartiqlPlace;

/* A name: bytes, not NUL-terminated. */
typedef struct DynPartiqlName
{
	const char *data;
	uint32		length;
	DynPartiqlPlace place;
} DynPartiqlName;

/* A path: a name, then names and indexes. */
typedef struct DynPartiqlPath
{
	int			count;
	DynPathStep *steps;
	bool		unpivot;		/* it ends with .*, or with [*], which names nothing */
	bool		wildcard;
} DynPartiqlPath;

typedef enum DynPartiqlKind
{
	PARTIQL_NODE_LITERAL,		/* value */
	PARTIQL_NODE_NUMBER,		/* text: it becomes a value where it is known what for */
	PARTIQL_NODE_PARAMETER,		/* number */
	PARTIQL_NODE_MISSING,
	PARTIQL_NODE_PATH,			/* path */
	PARTIQL_NODE_STAR,			/* of SELECT * and COUNT(*) */
	PARTIQL_NODE_LIST,			/* [...] */
	PARTIQL_NODE_SEQUENCE,		/* (a, b) */
	PARTIQL_NODE_BAG,			/* <<...>> */
	PARTIQL_NODE_MAP,			/* {...}: names and values alternate */
	PARTIQL_NODE_AND,
	PARTIQL_NODE_OR,
	PARTIQL_NODE_NOT,
	PARTIQL_NODE_COMPARE,		/* comparator */
	PARTIQL_NODE_BETWEEN,
	PARTIQL_NODE_IN,			/* operand, then what is on the right */
	PARTIQL_NODE_IS,			/* type */
	PARTIQL_NODE_LIKE,			/* operand, pattern, perhaps an escape character */
	PARTIQL_NODE_ARITHMETIC,	/* operator: + - * / % or || */
	PARTIQL_NODE_NEGATIVE,		/* unary - */
	PARTIQL_NODE_CALL,			/* name */
	PARTIQL_NODE_SELECT			/* EXISTS (SELECT ...), or a subquery */
} DynPartiqlKind;

typedef struct DynPartiqlStatement DynPartiqlStatement;

typedef struct DynPartiqlNode
{
	DynPartiqlKind kind;
	DynPartiqlPlace place;		/* of the token that says what it is */
	DynValue	value;
	int			number;			/* of a parameter, from 0 */
	DynTokenKind comparator;	/* as of expressions */
	DynPartiqlName name;		/* of a function, in lower case; of a type, in upper case; of an operator; of a number */
	bool		negated;		/* NOT IN, NOT BETWEEN, NOT LIKE, IS NOT */
	DynPartiqlPath path;
	DynPartiqlStatement *select;
	int			nargs;
	struct DynPartiqlNode **args;
} DynPartiqlNode;

/* An element of a SELECT list. */
typedef struct DynPartiqlSelected
{
	DynPartiqlNode *node;
	bool		has_alias;
	DynPartiqlName alias;
} DynPartiqlSelected;

typedef enum DynPartiqlJoin
{
	PARTIQL_JOIN_CROSS,			/* a comma, or CROSS JOIN */
	PARTIQL_JOIN_INNER,
	PARTIQL_JOIN_LEFT
} DynPartiqlJoin;

/* A table or an index that a statement names. */
typedef struct DynPartiqlSource
{
	DynPartiqlName table;
	bool		has_index;
	DynPartiqlName index;
	bool		has_alias;
	DynPartiqlName alias;
	DynPartiqlJoin join;		/* with the sources before it */
	DynPartiqlNode *on;			/* NULL: none */
} DynPartiqlSource;

typedef struct DynPartiqlOrder
{
	DynPartiqlNode *node;
	bool		descending;
} DynPartiqlOrder;

/* SET path = value, or REMOVE path (value is NULL). */
typedef struct DynPartiqlChange
{
	DynPartiqlPath path;
	DynPartiqlPlace place;
	DynPartiqlNode *value;
} DynPartiqlChange;

typedef enum DynPartiqlReturning
{
	PARTIQL_RETURNING_NOTHING,
	PARTIQL_RETURNING_ALL_OLD,
	PARTIQL_RETURNING_ALL_NEW,
	PARTIQL_RETURNING_MODIFIED_OLD,
	PARTIQL_RETURNING_MODIFIED_NEW
} DynPartiqlReturning;

typedef enum DynPartiqlVerb
{
	PARTIQL_SELECT,
	PARTIQL_INSERT,
	PARTIQL_UPDATE,
	PARTIQL_DELETE,
	PARTIQL_EXISTS				/* select */
} DynPartiqlVerb;

/* A clause that only dynamo.partiql has. */
typedef struct DynPartiqlClause
{
	const char *name;			/* "LIMIT"; NULL: there is none */
	DynPartiqlPlace place;
} DynPartiqlClause;

struct DynPartiqlStatement
{
	DynPartiqlVerb verb;
	const char *text;
	uint32		length;
	int			nparameters;	/* of the whole text */
	DynPartiqlPlace place;		/* of the verb */

	List	   *selected;		/* of DynPartiqlSelected */
	bool		distinct;
	bool		select_value;	/* SELECT VALUE, PIVOT */
	List	   *sources;		/* of DynPartiqlSource; a write has one */
	DynPartiqlNode *where;		/* NULL: none */
	List	   *group_by;		/* of DynPartiqlNode */
	DynPartiqlNode *having;
	List	   *order_by;		/* of DynPartiqlOrder */
	DynPartiqlNode *limit;
	DynPartiqlNode *offset;
	DynPartiqlClause extension; /* the first clause that is not DynamoDB's */

	DynPartiqlNode *item;		/* INSERT: what is after VALUE */
	bool		many_items;		/* INSERT without VALUE */
	List	   *changes;		/* UPDATE: of DynPartiqlChange */
	DynPartiqlReturning returning;

	DynPartiqlStatement *select;	/* of EXISTS */
};

/* ---- scan.c ---- */

/*
 * Split a text into tokens, the last of which is PARTIQL_END; palloc'd.
 * Raises where something is no token.
 */
extern DynPartiqlToken *dyn_partiql_scan(const char *text, uint32 length, int *count);

/* ---- parse.c ---- */

/*
 * Read a statement.  The text must stay as long as the tree.  Raises the
 * service's ValidationException.
 */
extern DynPartiqlStatement *dyn_partiql_parse(const char *text, size_t length);

/* ---- cache.c ---- */

/* The same, of which the tree may be shared: it stays until the current memory context is reset or deleted. */
extern const DynPartiqlStatement *dyn_partiql_parse_cached(const char *text, size_t length);

/* ---- message.c ---- */

/* Raise "Statement wasn't well formed, can't be processed: <detail>" for what stands at an offset. */
pg_noreturn extern void dyn_partiql_not_well_formed(const char *text, uint32 length, uint32 start, const char *detail);

/* Raise ValidationException with a message as it is. */
pg_noreturn extern void dyn_partiql_refuse(const char *hint, const char *message, ...) pg_attribute_printf(2, 3);

/* " at 1:8:5": line, column and length, in characters; palloc'd. */
extern char *dyn_partiql_at(const char *text, DynPartiqlPlace place);

#endif							/* DYN_PARTIQL_TREE_H */
