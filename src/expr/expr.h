/*-------------------------------------------------------------------------
 *
 * expr.h
 *	  The expression language: condition, filter, projection, update and
 *	  key-condition expressions.
 *
 *	text ─ scan.c ─ tokens ─ parse.c ─ DynExpression ─ cache.c (by kind and text)
 *	request's names and values ─ bind.c, check.c ─ DynBinding (what #n and :v mean, checked)
 *	evaluate.c	condition + binding + item	→ true or false
 *	update.c	update + binding + old item	→ new item
 *	project.c	projection + binding + item → item
 *	legacy.c	AttributeUpdates, Expected, ... → the same trees, already bound
 *
 * A tree holds slots instead of names and values: paths and operands say
 * "name slot 2", "value slot 0", so one compiled tree serves every request
 * of its text, and binding is a look-up per slot.  Trees are read-only and
 * live in the cache's memory; a caller pins what it uses for the length of a
 * statement.  Evaluation works on the item's bytes (DynValue slices) and
 * builds no tree of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_EXPR_EXPR_H
#define DYN_EXPR_EXPR_H

#include "item/value.h"

/* The service's limits. */
#define DYN_MAX_EXPRESSION_BYTES	4096
#define DYN_MAX_OPERATORS			300
#define DYN_MAX_IN_OPERANDS			100
#define DYN_MAX_BINDING_BYTES		(2 * 1024 * 1024)

/* Bytes that one update may put into an item: far more than an item of the service has. */
#define DYN_MAX_UPDATE_BYTES		(16 * 1024 * 1024)

typedef enum DynExpressionKind
{
	DYN_EXPR_CONDITION,			/* "Invalid ConditionExpression: ..." */
	DYN_EXPR_FILTER,
	DYN_EXPR_PROJECTION,
	DYN_EXPR_UPDATE,
	DYN_EXPR_KEY_CONDITION
} DynExpressionKind;

typedef struct DynExpression DynExpression;		/* tree.h */
typedef struct DynBinding DynBinding;			/* bind.h */

/* ExpressionAttributeNames as the request has them; NULL where there are none. */
typedef struct DynNameEntry
{
	const char *placeholder;	/* "#n" */
	uint32		placeholder_length;
	const char *name;
	uint32		name_length;
} DynNameEntry;

typedef struct DynNames
{
	int			count;
	const DynNameEntry *entries;
} DynNames;

/* Names as a jsonb object of strings, {"#s": "Status"}; palloc'd.  Raises where it is none. */
extern DynNames *dyn_names_from_jsonb(Datum names);

/* ExpressionAttributeValues: a map whose names are ":v" ...; NULL where there are none. */
typedef DynValue DynValues;

/*
 * Compile an expression, or take it from the cache.  Raises the service's
 * ValidationException ("Invalid UpdateExpression: Syntax error; token: ...").
 */
extern const DynExpression *dyn_expression_compile(DynExpressionKind kind, const char *text, size_t length);

/* Say that a compiled expression is no longer used; the end of the transaction says it, too. */
extern void dyn_expression_release(const DynExpression *expression);

/*
 * Bind all expressions of one request: every placeholder must be defined,
 * every name and value used by at least one of them, and the operands of
 * literal type must fit their operators.  Raises the service's errors.
 * bindings[i] receives the binding of expressions[i] (NULL entries are
 * skipped); palloc'd in the current memory context.
 */
extern void dyn_expressions_bind(int count, const DynExpression *const *expressions,
								 const DynNames *names, const DynValues *values, DynBinding **bindings);

/*
 * The same one by one: the service looks at everything in one expression
 * before it reads the next one.  The end refuses what none of them used.
 */
typedef struct DynBinder DynBinder;

extern DynBinder *dyn_binder_begin(const DynNames *names, const DynValues *values);
extern DynBinding *dyn_binder_bind(DynBinder *binder, const DynExpression *expression);
extern void dyn_binder_end(DynBinder *binder);

/* Is the condition true of the item?  NULL is an absent item.  Never raises for what an item contains. */
extern bool dyn_condition_matches(const DynBinding *condition, const DynValue *item);

/* The functions of conditions, of two values; size() is false where a value has none. */
extern bool dyn_value_begins_with(const DynValue *value, const DynValue *prefix);
extern bool dyn_value_contains(const DynValue *container, const DynValue *element);
extern bool dyn_value_measure(const DynValue *value, uint64 *size);

/* What an update did, for ReturnValues and for what it costs. */
typedef struct DynUpdateResult
{
	bool		writes;			/* false: REMOVE/DELETE only on an absent item, nothing to create */
	DynValue	item;			/* M: the new item, palloc'd */
} DynUpdateResult;

/*
 * Apply an update to an item (NULL: absent; then "key" gives the attributes
 * it starts with).  Right sides see the old item.  Raises the service's
 * errors for missing operands, wrong types and invalid paths.
 */
extern void dyn_update_apply(const DynBinding *update, const DynValue *old_item, const DynValue *key,
							 DynUpdateResult *result);

/*
 * What an image has at the update's paths, in its nesting: UPDATED_OLD of the
 * old item, UPDATED_NEW of the new one.
 */
extern DynValue dyn_update_touched(const DynBinding *update, const DynValue *image);

/* Bytes that a standalone UpdateItem adds to the item's size: 3 + 19 per SET/ADD action ... (reference 3.1). */
extern Size dyn_update_cost(const DynBinding *update);

/* Top-level names of the attributes that the update writes, for checks against key attributes. */
extern int	dyn_update_targets(const DynBinding *update, DynEntry *names, int room);

/* Project an item; lists are compacted. */
extern DynValue dyn_project(const DynBinding *projection, const DynValue *item);

#endif							/* DYN_EXPR_EXPR_H */
