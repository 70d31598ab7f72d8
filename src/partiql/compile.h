/*-------------------------------------------------------------------------
 *
 * compile.h
 *	  From the trees of PartiQL to those of expressions.
 *
 * A WHERE clause becomes a condition, a SELECT list a projection, SET and
 * REMOVE an update: bound trees of expr/, which the engine runs as if they
 * had come from ConditionExpression and so on.  What PartiQL has and they do
 * not is said in their terms (IS MISSING is attribute_not_exists).
 *
 * Everything is checked here that needs no table, with the service's errors.
 * Paths and values are slices of the statement's and of the parameters'.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_COMPILE_H
#define DYN_PARTIQL_COMPILE_H

#include "expr/bind.h"
#include "partiql/tree.h"

/* A statement with the values of its parameters. */
typedef struct DynPartiqlInput
{
	const DynPartiqlStatement *statement;
	int			nparameters;
	const DynValue *parameters;
} DynPartiqlInput;

/* ---- check.c ---- */

/*
 * Raise where a statement is not DynamoDB's: joins, GROUP BY, aliases ...;
 * or where its parts do not fit each other.
 */
extern void dyn_partiql_check(const DynPartiqlInput *input);

/* Raise that a write, or a check, is for a table and not for an index. */
pg_noreturn extern void dyn_partiql_refuse_index(void);

/* Raise unless there are as many parameters as the statement has. */
extern void dyn_partiql_check_parameters(const DynPartiqlInput *input);

/* ---- literal.c ---- */

/* The value of a constant expression; palloc'd, or slices. */
extern DynValue dyn_partiql_value(const DynPartiqlInput *input, const DynPartiqlNode *node);

/* Is it one? */
extern bool dyn_partiql_is_constant(const DynPartiqlNode *node);

/* The item that is to be inserted. */
extern DynValue dyn_partiql_item(const DynPartiqlInput *input, const DynPartiqlNode *node);

/* ---- builder.c ---- */

/* A bound expression while it is made. */
typedef struct DynPartiqlBuilder
{
	const DynPartiqlInput *input;
	DynExpression *expression;
	DynBinding *binding;
	int			path_room;
	int			value_room;
	int			noperators;
} DynPartiqlBuilder;

extern void dyn_partiql_builder_init(DynPartiqlBuilder *builder, const DynPartiqlInput *input, DynExpressionKind kind);

/* Nodes of expressions. */
extern DynPath *dyn_partiql_add_path(DynPartiqlBuilder *builder, const DynPartiqlPath *path);
extern DynNode *dyn_partiql_path_node(DynPartiqlBuilder *builder, const DynPartiqlPath *path);
extern DynNode *dyn_partiql_value_node(DynPartiqlBuilder *builder, const DynValue *value);
extern DynNode *dyn_partiql_node(DynNodeKind kind, int nargs, DynNode *first, DynNode *second);

/* Raise for a path that is more than names and indexes. */
extern void dyn_partiql_check_path(const DynPartiqlPath *path);

/* ---- compile_condition.c ---- */

extern const DynBinding *dyn_partiql_compile_condition(const DynPartiqlInput *input, const DynPartiqlNode *node);

/* The same condition with another root, made of its nodes; NULL is none. */
extern const DynBinding *dyn_partiql_condition_of(const DynBinding *condition, DynNode *root);

/*
 * A condition on whether there is an item, and "condition" (NULL: none).
 * With "must_exist" both must hold; without it the item is absent, or
 * "condition" holds.  Without any condition it is: there is no item.
 */
extern const DynBinding *dyn_partiql_condition_on_existence(const DynBinding *condition, const char *attribute,
															uint32 length, bool must_exist);

/* ---- compile_update.c ---- */

extern const DynBinding *dyn_partiql_compile_update(const DynPartiqlInput *input, const List *changes);

/* A SELECT list; NULL for SELECT *. */
extern const DynBinding *dyn_partiql_compile_projection(const DynPartiqlInput *input, const List *selected);

#endif							/* DYN_PARTIQL_COMPILE_H */
